/** What is to happen, in virtual time. The same calls in the same order always make the same run. */
export class Scheduler {
  private readonly heap: { at: number; order: number; call: () => void }[] = [];
  private made = 0;
  happened = 0;

  constructor(public now = 1_800_000_000_000) {}

  get size(): number {
    return this.heap.length;
  }

  /** When the next event is; undefined if there is none. */
  get nextAt(): number | undefined {
    return this.heap[0]?.at;
  }

  /** Calls once, at the time or at once if that is past. */
  at(time: number, call: () => void): () => void {
    const event = { at: Math.max(time, this.now), order: this.made, call };
    this.made += 1;
    this.push(event);
    return () => { event.call = nothing; };
  }

  after(ms: number, call: () => void): () => void {
    return this.at(this.now + ms, call);
  }

  /** Goes to the next event and lets it happen; false if there is none. */
  step(): boolean {
    const next = this.pop();
    if (!next) return false;
    this.now = next.at;
    this.happened += 1;
    next.call();
    return true;
  }

  private push(event: Scheduler['heap'][number]): void {
    const { heap } = this;
    let at = heap.push(event) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (before(heap[parent]!, event)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = event;
  }

  private pop(): Scheduler['heap'][number] | undefined {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (!first || !last || heap.length === 0) return first;
    let at = 0;
    for (let child = 1; child < heap.length; child = 2 * at + 1) {
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child += 1;
      if (before(last, heap[child]!)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

const nothing = (): void => undefined;
const before = (one: { at: number; order: number }, other: { at: number; order: number }) => one.at < other.at || (one.at === other.at && one.order < other.order);

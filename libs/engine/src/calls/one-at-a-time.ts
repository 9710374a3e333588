/** Lets work under one name run one after the other, in order. */
export class OneAtATime {
  private readonly tails = new Map<string, Promise<unknown>>();

  run<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.tails.get(name) ?? Promise.resolve();
    const turn = before.then(work, work);
    const tail = turn.catch(() => undefined).then(() => { // whoever asked gets the rejection; the next in line only waits for the end
      if (this.tails.get(name) === tail) this.tails.delete(name);
    });
    this.tails.set(name, tail);
    return turn;
  }
}

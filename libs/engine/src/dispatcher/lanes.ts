/** Work that is done one after the other within a lane, and side by side between lanes. */
export class Lanes {
  private readonly lanes = new Map<string, (() => Promise<void>)[]>();

  /** Puts work at the end of its lane. It must not reject. */
  add(lane: string, work: () => Promise<void>): void {
    const waiting = this.lanes.get(lane);
    if (waiting) {
      waiting.push(work);
      return;
    }
    const queue = [work];
    this.lanes.set(lane, queue);
    void this.run(lane, queue);
  }

  get size(): number {
    return this.lanes.size;
  }

  private async run(lane: string, queue: (() => Promise<void>)[]): Promise<void> {
    await Promise.resolve();
    for (let at = 0; at < queue.length; at += 1) {
      await queue[at]?.();
      if (at < 512) continue;
      queue.splice(0, at + 1);
      at = -1;
    }
    this.lanes.delete(lane);
  }
}

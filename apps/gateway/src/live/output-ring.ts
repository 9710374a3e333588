import type { OutputAppended } from '@edge/contracts/messages';

/** A chunk with its position on the bus: one action's output lies on one partition, so positions grow. */
export interface LiveChunk { position: bigint; chunk: OutputAppended }

const capacityBytes = 1024 * 1024;

/** The newest output of one action, at most 1 MB. What it no longer holds, or never saw, is in the log index. */
export class OutputRing {
  private chunks: LiveChunk[] = [];
  private bytes = 0;
  private newest = -1n;
  /** Everything up to this position is gone from here. */
  private gone: bigint;

  /** @param whole true if the ring has been there since before the action's first output */
  constructor(whole: boolean, private readonly capacity = capacityBytes) {
    this.gone = whole ? -1n : -2n;
  }

  /** Redelivered chunks are dropped. */
  push(entry: LiveChunk): void {
    if (entry.position <= this.newest) return;
    if (this.gone === -2n) this.gone = entry.position - 1n;
    this.newest = entry.position;
    this.chunks.push(entry);
    this.bytes += entry.chunk.bytes.length;
    while (this.bytes > this.capacity && this.chunks.length > 1) {
      const dropped = this.chunks.shift()!;
      this.bytes -= dropped.chunk.bytes.length;
      this.gone = dropped.position;
    }
  }

  /** Chunks after a position (undefined = from the start); `gap` if some that came after it are no longer here. */
  after(position: bigint | undefined): { chunks: LiveChunk[]; gap: boolean } {
    const from = position ?? -1n;
    return { chunks: this.chunks.filter((entry) => entry.position > from), gap: this.gone > from || this.gone === -2n };
  }
}

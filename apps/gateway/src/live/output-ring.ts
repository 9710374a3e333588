import type { OutputAppended } from '@edge/contracts/messages';
import { OutputText, type TextPiece } from './output-text.js';

/** A chunk of output, cut between characters. */
export type OutputPiece = Omit<OutputAppended, 'bytes' | 'last'> & TextPiece;

/** A chunk with its position on the bus: one action's output lies on one partition, so positions grow. */
export interface LiveChunk { position: bigint; chunk: OutputPiece }

const mostBytes = 1024 * 1024;

/** The newest output of one action, at most 1 MB. What it no longer holds, or never saw, is in the log index. */
export class OutputRing {
  private readonly text = new OutputText();
  private chunks: LiveChunk[] = [];
  private size = 0;
  private newest = -1n;
  /** Everything up to this position is gone from here. */
  private gone: bigint;

  /** @param whole true if the ring has been there since before the action's first output */
  constructor(whole: boolean, private readonly capacity = mostBytes) {
    this.gone = whole ? -1n : -2n;
  }

  /** Redelivered chunks are dropped. */
  push({ position, chunk }: { position: bigint; chunk: OutputAppended }): void {
    if (position <= this.newest) return;
    if (this.gone === -2n) this.gone = position - 1n;
    this.newest = position;
    const { bytes: _bytes, last: _last, ...rest } = chunk;
    const piece = this.text.take(chunk);
    if (piece.bytes.length === 0 && !piece.ends) return;
    this.chunks.push({ position, chunk: { ...rest, ...piece } });
    this.size += piece.bytes.length;
    while (this.size > this.capacity && this.chunks.length > 1) {
      const dropped = this.chunks.shift()!;
      this.size -= dropped.chunk.bytes.length;
      this.gone = dropped.position;
    }
  }

  /** Chunks after a position (undefined = from the start); `gap` if some that came after it are no longer here. */
  after(position: bigint | undefined): { chunks: LiveChunk[]; gap: boolean } {
    const from = position ?? -1n;
    return { chunks: this.chunks.filter((entry) => entry.position > from), gap: this.gone > from || this.gone === -2n };
  }
}

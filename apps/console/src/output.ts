import { byTime, type OutputPiece, type StoredLine } from './output-row.js';
import { OutputStream } from './output-stream.js';
import type { LogLine } from './shapes.js';

/** What is shown of an action's output: lines of the log index and pieces that come live, each byte once, as the index sorts, the newest so many. */
export class Output {
  private readonly streams = new Map<string, OutputStream>();
  /** How many older lines were left out for want of room. */
  private cut = 0;

  constructor(private room: number) {}

  /** Room for older lines, which are read again from the index. */
  widen(by: number): void {
    this.room += by;
  }

  get size(): number {
    return [...this.streams.values()].reduce((sum, { rows }) => sum + rows.length, 0);
  }

  takeStored(lines: StoredLine[]): void {
    const keys = lines.map((line) => `${line.command_id}:${line.stream}`);
    for (const key of new Set(keys)) this.cut = Math.max(0, this.cut - this.stream(key).takeStored(lines.filter((_, index) => keys[index] === key)));
  }

  takeLive(piece: OutputPiece): void {
    this.stream(`${piece.command}:${piece.stream}`).takeLive(piece);
  }

  /** @param complete the index holds nothing older than what was read of it */
  shown({ complete }: { complete: boolean }): { lines: LogLine[]; cut: number } {
    const streams = [...this.streams.values()];
    const rows = streams.flatMap((stream) => stream.rows).sort(byTime);
    const dropped = new Set(rows.splice(0, Math.max(0, rows.length - this.room)));
    if (dropped.size > 0) for (const stream of streams) stream.rows = stream.rows.filter((row) => !dropped.has(row));
    this.cut += dropped.size;
    const gaps = new Set(streams.flatMap((stream) => stream.gaps({ fromStart: complete && this.cut === 0 })));
    const lines = rows.map((row) => ({ key: `${row.command}:${row.stream}:${row.offset}`, host: row.host, step: row.step, stream: row.stream, text: row.text, gap: gaps.has(row) }));
    return { lines, cut: this.cut };
  }

  private stream(key: string): OutputStream {
    const found = this.streams.get(key) ?? new OutputStream();
    this.streams.set(key, found);
    return found;
  }
}

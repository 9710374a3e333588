import type { DetailDocument } from '@edge/contracts';
import type { LogHit, LogIndex } from '@edge/ports';

const pageSize = 1_000;

export interface Wanted { action: string; command: string; stream: 'stdout' | 'stderr' }

/** Bytes without a gap among them. */
interface Piece { offset: number; bytes: Buffer }

/** The bytes of one stream of one command, put together again from its lines. While it is still being indexed, each `read` goes on where the one before ended. */
export class OutputBytes {
  private readonly pieces: Piece[] = [];
  /** Of the last page, which is not full yet. */
  private rest: Piece[] = [];
  private cursor: string | undefined;

  constructor(private readonly index: LogIndex, private readonly wanted: Wanted) {}

  async read(): Promise<void> {
    for (;;) {
      const { hits, cursor } = await this.index.search({ ...this.wanted, kind: 'detail', limit: pageSize, ...(this.cursor ? { cursor: this.cursor } : {}) });
      this.rest = joined(hits);
      if (!cursor) return;
      this.pieces.push(...this.rest);
      this.rest = [];
      this.cursor = cursor;
    }
  }

  get length(): number {
    return [...this.pieces, ...this.rest].reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  whole(): Buffer {
    return Buffer.concat([...this.pieces, ...this.rest].sort((a, b) => a.offset - b.offset).map(({ bytes }) => bytes));
  }
}

/** As far as the index holds them now. */
export async function outputBytes(index: LogIndex, wanted: Wanted): Promise<Buffer> {
  const output = new OutputBytes(index, wanted);
  await output.read();
  return output.whole();
}

/** One buffer for all lines that follow each other: a million small ones would take many times their bytes. */
function joined(hits: LogHit[]): Piece[] {
  const runs: { offset: number; end: number; lines: Buffer[] }[] = [];
  for (const { document } of hits) {
    const { offset } = document as DetailDocument;
    const bytes = bytesOf(document as DetailDocument);
    const run = runs.at(-1);
    if (run?.end !== offset) { runs.push({ offset, end: offset + bytes.length, lines: [bytes] }); continue; }
    run.lines.push(bytes);
    run.end += bytes.length;
  }
  return runs.map(({ offset, lines }) => ({ offset, bytes: Buffer.concat(lines) }));
}

function bytesOf(line: DetailDocument): Buffer {
  const bytes = line.raw === undefined ? Buffer.from(line.text, 'utf8') : Buffer.from(line.raw, 'base64');
  return line.newline ? Buffer.concat([bytes, Buffer.from('\n')]) : bytes;
}

/** The part of a body that `Range: bytes=…` asks for; `outside` when there is no such part, undefined when the whole is asked for. */
export function rangeOf(header: string | undefined, length: number): { start: number; end: number } | 'outside' | undefined {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (from === '' && to === '') return undefined;
  const start = from === '' ? Math.max(0, length - Number(to)) : Number(from);
  const end = from === '' || to === '' ? length - 1 : Math.min(Number(to), length - 1);
  return start >= length || start > end ? 'outside' : { start, end };
}

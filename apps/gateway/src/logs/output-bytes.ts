import type { DetailDocument } from '@edge/contracts';
import type { LogIndex } from '@edge/ports';

const pageSize = 1_000;

/** The bytes of one stream of one command, put together again from its lines. */
export async function outputBytes(index: LogIndex, wanted: { action: string; command: string; stream: 'stdout' | 'stderr' }): Promise<Buffer> {
  const pieces = new Map<number, Buffer>();
  let cursor: string | undefined;
  do {
    const page = await index.search({ ...wanted, kind: 'detail', limit: pageSize, ...(cursor ? { cursor } : {}) });
    for (const { document } of page.hits) {
      const line = document as DetailDocument;
      pieces.set(line.offset, bytesOf(line));
    }
    cursor = page.cursor;
  } while (cursor);
  return Buffer.concat([...pieces].sort(([a], [b]) => a - b).map(([, bytes]) => bytes));
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

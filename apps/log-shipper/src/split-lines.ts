/** Bytes of a stream that do not make a whole line yet: where they begin, and they. */
export interface Unfinished { offset: number; bytes: Buffer }

/** `newline`: false where the line was cut or the stream ended. */
export interface Line { offset: number; bytes: Buffer; newline: boolean }

export interface Split { lines: Line[]; unfinished: Unfinished; more: boolean }

/** A line longer than this is cut, counted from its start and before a character that would not be whole: reading again gives the same pieces. */
const longestLine = 16 * 1024;
const longestCharacter = 4;

/**
 * Adds a chunk to what is unfinished and answers the lines that are whole now.
 * Bytes that were seen before are skipped; a chunk that begins beyond what was seen is an error of the sender.
 * `last` makes the rest a line. After `most` lines it stops: with `more` the rest, which is in `unfinished` then, wants to be split.
 */
export function splitLines(unfinished: Unfinished, chunk: { offset: number; bytes: Buffer; last: boolean }, most = Infinity): Split {
  const seen = unfinished.offset + unfinished.bytes.length;
  if (chunk.offset > seen) throw new Error(`A chunk begins at byte ${chunk.offset}, but only ${seen} were seen.`);
  const fresh = chunk.bytes.subarray(seen - chunk.offset);
  const bytes = fresh.length === 0 ? unfinished.bytes : Buffer.concat([unfinished.bytes, fresh]);
  const lines: Line[] = [];
  let start = 0;
  while (start < bytes.length) {
    if (lines.length === most) return { lines, unfinished: { offset: unfinished.offset + start, bytes: bytes.subarray(start) }, more: true };
    const newline = bytes.indexOf(10, start);
    const end = newline === -1 ? bytes.length : newline;
    if (end - start > longestLine) {
      const cut = beforeCharacter(bytes, start + longestLine);
      lines.push({ offset: unfinished.offset + start, bytes: bytes.subarray(start, cut), newline: false });
      start = cut;
      continue;
    }
    if (newline === -1) break;
    lines.push({ offset: unfinished.offset + start, bytes: bytes.subarray(start, end), newline: true });
    start = newline + 1;
  }
  if (chunk.last && start < bytes.length) {
    lines.push({ offset: unfinished.offset + start, bytes: bytes.subarray(start), newline: false });
    start = bytes.length;
  }
  return { lines, unfinished: { offset: unfinished.offset + start, bytes: bytes.subarray(start) }, more: false };
}

/** Where the UTF-8 character begins that has a byte at `place`; what is no UTF-8 is cut at `place`. */
function beforeCharacter(bytes: Buffer, place: number): number {
  for (let at = place; at > place - longestCharacter; at -= 1) if ((bytes[at]! & 0xc0) !== 0x80) return at;
  return place;
}

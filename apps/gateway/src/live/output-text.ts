import type { OutputAppended } from '@edge/contracts/messages';

/** Whole characters of a stream; `offset`: the byte at which they begin. `ends`: the stream ended here; `last`: in the middle of a line. */
export interface TextPiece { offset: number; bytes: Buffer; ends?: true; last?: true }

const newline = 0x0a;

/** Bytes that do not make a whole character yet: where they begin, and they. `inLine`: what was told last ends in the middle of a line. */
interface Held { offset: number; bytes: Buffer; inLine: boolean }

/** Chunks are cut anywhere: a character that is cut in two is told with the chunk that completes it. Bytes that came before are not told again. */
export class OutputText {
  private readonly held = new Map<string, Held>();

  take({ command, stream, offset, bytes: base64, last = false }: Pick<OutputAppended, 'command' | 'stream' | 'offset' | 'bytes' | 'last'>): TextPiece {
    const key = `${command}:${stream}`;
    const before = this.before(key, offset);
    const seen = before.offset + before.bytes.length;
    const bytes = Buffer.concat([before.bytes, Buffer.from(base64, 'base64').subarray(seen - offset)]);
    const whole = last ? bytes.length : wholeCharacters(bytes);
    const told = bytes.subarray(0, whole);
    const inLine = told.length === 0 ? before.inLine : told.at(-1) !== newline;
    if (last) this.held.delete(key);
    else this.held.set(key, { offset: before.offset + whole, bytes: bytes.subarray(whole), inLine });
    return { offset: before.offset, bytes: told, ...(last ? { ends: true } : {}), ...(last && inLine ? { last: true } : {}) };
  }

  /** What begins beyond what was seen begins anew: the chunks between are gone, and may have ended in the middle of a line. */
  private before(key: string, offset: number): Held {
    const known = this.held.get(key);
    return known && known.offset + known.bytes.length >= offset ? known : { offset, bytes: Buffer.alloc(0), inLine: offset > 0 };
  }
}

/** How many of the bytes end with a whole character. */
function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    const continues = (byte & 0b1100_0000) === 0b1000_0000;
    if (!continues) return lengthBy(byte) > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

/** How long the character is that begins with this byte. */
function lengthBy(byte: number): number {
  if (byte >= 0b1111_0000) return 4;
  if (byte >= 0b1110_0000) return 3;
  return byte >= 0b1100_0000 ? 2 : 1;
}

import { Unwrapped } from './unwrapped.js';

const mask = Buffer.from('[redacted]');
// Shorter values would blacken half of every output.
const shortest = 6;

interface Hit { at: number; end: number }

/**
 * Replaces secrets in a byte stream, also where chunks cut them, and in base64 (also wrapped into lines), URL-encoded, hex and JSON-escaped form.
 * What comes out does not depend on how the stream was cut.
 */
export class Redactor {
  private readonly needles: Buffer[];
  private readonly wrapped: Buffer[];
  /** So many bytes a secret takes at most; wrapped ones have a break of two bytes per character at worst. */
  private readonly longest: number;
  private readonly begins = new Uint8Array(256);
  private held: Buffer = Buffer.alloc(0);

  constructor(secrets: string[]) {
    const { plain, wrapped } = needlesFor(secrets);
    this.needles = plain;
    this.wrapped = wrapped;
    this.longest = Math.max(plain[0]?.length ?? 0, (wrapped[0]?.length ?? 0) * 3);
    for (const needle of [...plain, ...wrapped]) this.begins[needle[0]!] = 1;
  }

  /** Gives what can be told for sure; keeps back what may be the start of a secret. */
  push(chunk: Buffer): Buffer {
    if (this.needles.length === 0) return chunk;
    return this.replaced(this.held.length > 0 ? Buffer.concat([this.held, chunk]) : chunk, false);
  }

  end(): Buffer {
    return this.needles.length === 0 ? Buffer.alloc(0) : this.replaced(this.held, true);
  }

  private replaced(data: Buffer, last: boolean): Buffer {
    const unwrapped = new Unwrapped(data);
    const out: Buffer[] = [];
    const safe = last ? data.length : data.length - this.longest + 1;
    let from = 0;
    for (;;) {
      const hit = this.firstHit(data, unwrapped, from);
      if (!hit || hit.at >= safe) break;
      out.push(data.subarray(from, hit.at), mask);
      from = hit.end;
    }
    const keep = last ? data.length : Math.max(from, this.safeEnd(data, unwrapped, from));
    out.push(data.subarray(from, keep));
    this.held = Buffer.from(data.subarray(keep));
    return out.length === 1 ? out[0]! : Buffer.concat(out);
  }

  /** The first position from which on a needle may have begun. */
  private safeEnd(data: Buffer, unwrapped: Unwrapped, from: number): number {
    const start = Math.max(from, data.length - this.longest + 1);
    for (let at = start; at < data.length; at += 1) {
      if (this.begins[data[at]!] === 0) continue;
      const flat = unwrapped.bytes.subarray(unwrapped.from(at));
      if (this.needles.some((needle) => mayBegin(needle, data.subarray(at))) || this.wrapped.some((needle) => mayBegin(needle, flat))) return at;
    }
    return data.length;
  }

  private firstHit(data: Buffer, unwrapped: Unwrapped, from: number): Hit | undefined {
    let best: Hit | undefined;
    const found = (hit: Hit) => { if (!best || hit.at < best.at || (hit.at === best.at && hit.end > best.end)) best = hit; };
    for (const needle of this.needles) {
      const at = data.indexOf(needle, from);
      if (at >= 0) found({ at, end: at + needle.length });
    }
    for (const needle of this.wrapped) {
      const at = unwrapped.bytes.indexOf(needle, unwrapped.from(from));
      if (at >= 0) found({ at: unwrapped.original(at), end: unwrapped.original(at + needle.length - 1) + 1 });
    }
    return best;
  }
}

/** Whether the bytes that are there are those of the needle, as far as they go. */
function mayBegin(needle: Buffer, bytes: Buffer): boolean {
  return needle.length > bytes.length ? needle.subarray(0, bytes.length).equals(bytes) : bytes.subarray(0, needle.length).equals(needle);
}

/** All forms of all secrets, longest first; `wrapped`: those that stand in lines, too. */
function needlesFor(secrets: string[]): { plain: Buffer[]; wrapped: Buffer[] } {
  const [plain, wrapped] = [new Set<string>(), new Set<string>()];
  for (const secret of secrets.flatMap((whole) => [whole, ...whole.split(/\r?\n/).filter((line) => line.length >= 8)])) {
    if (Buffer.byteLength(secret) < shortest) continue;
    for (const form of formsOf(secret)) plain.add(form);
    for (const form of base64Forms(Buffer.from(secret))) if (form.length >= shortest) wrapped.add(form);
  }
  return { plain: bytesOf(plain), wrapped: bytesOf(wrapped) };
}

function bytesOf(forms: ReadonlySet<string>): Buffer[] {
  return [...forms].map((form) => Buffer.from(form, 'latin1')).sort((one, other) => other.length - one.length);
}

function formsOf(secret: string): string[] {
  const raw = Buffer.from(secret);
  const hex = raw.toString('hex');
  const url = encodeURIComponent(secret);
  const plain = [raw.toString('latin1'), latin1(JSON.stringify(secret).slice(1, -1)), hex, hex.toUpperCase(), url, url.replaceAll('%20', '+'), url.replace(/%../g, (code) => code.toLowerCase())];
  const all = [...plain, ...base64Forms(raw)];
  return [...all, ...all.map((form) => form.replaceAll('/', '\\/'))].filter((form) => form.length >= shortest); // some write JSON so
}

/** A secret inside a longer base64 text stands at one of three alignments; the characters that depend on its neighbours are left out. */
function base64Forms(raw: Buffer): string[] {
  return [0, 1, 2].flatMap((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), raw]).toString('base64').replace(/=+$/, '');
    const start = Math.ceil((shift * 8) / 6);
    const end = Math.floor(((shift + raw.length) * 8) / 6);
    const core = text.slice(start, end);
    return [core, core.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

function latin1(text: string): string {
  return Buffer.from(text).toString('latin1');
}

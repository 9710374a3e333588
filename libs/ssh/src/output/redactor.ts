const mask = Buffer.from('[redacted]');
// Shorter values would blacken half of every output.
const shortest = 6;

/**
 * Replaces secrets in a byte stream, also where chunks cut them, and in base64, URL-encoded, hex and JSON-escaped form.
 * What comes out does not depend on how the stream was cut.
 */
export class Redactor {
  private readonly needles: Buffer[];
  private readonly longest: number;
  private held: Buffer = Buffer.alloc(0);

  constructor(secrets: string[]) {
    this.needles = needlesFor(secrets);
    this.longest = this.needles[0]?.length ?? 0;
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
    const out: Buffer[] = [];
    let from = 0;
    for (;;) {
      const hit = this.firstHit(data, from);
      const safe = last ? data.length : data.length - this.longest + 1;
      if (!hit || (hit.at >= safe && !last)) break;
      out.push(data.subarray(from, hit.at), mask);
      from = hit.at + hit.length;
    }
    const keep = last ? data.length : Math.max(from, this.safeEnd(data, from));
    out.push(data.subarray(from, keep));
    this.held = Buffer.from(data.subarray(keep));
    return out.length === 1 ? out[0]! : Buffer.concat(out);
  }

  /** The first position from which on a needle may have begun. */
  private safeEnd(data: Buffer, from: number): number {
    const start = Math.max(from, data.length - this.longest + 1);
    for (let at = start; at < data.length; at += 1) {
      const rest = data.subarray(at);
      if (this.needles.some((needle) => needle.length > rest.length ? needle.subarray(0, rest.length).equals(rest) : rest.subarray(0, needle.length).equals(needle))) return at;
    }
    return data.length;
  }

  private firstHit(data: Buffer, from: number): { at: number; length: number } | undefined {
    let best: { at: number; length: number } | undefined;
    for (const needle of this.needles) {
      const at = data.indexOf(needle, from);
      if (at >= 0 && (!best || at < best.at)) best = { at, length: needle.length };
    }
    return best;
  }
}

/** All forms of all secrets, longest first. */
function needlesFor(secrets: string[]): Buffer[] {
  const forms = new Set<string>();
  for (const secret of secrets.flatMap((whole) => [whole, ...whole.split(/\r?\n/).filter((line) => line.length >= 8)])) {
    if (Buffer.byteLength(secret) < shortest) continue;
    for (const form of formsOf(secret)) forms.add(form);
  }
  return [...forms].map((form) => Buffer.from(form, 'latin1')).sort((one, other) => other.length - one.length);
}

function formsOf(secret: string): string[] {
  const raw = Buffer.from(secret);
  const hex = raw.toString('hex');
  const url = encodeURIComponent(secret);
  const plain = [raw.toString('latin1'), latin1(JSON.stringify(secret).slice(1, -1)), hex, hex.toUpperCase(), url, url.replaceAll('%20', '+'), url.replace(/%../g, (code) => code.toLowerCase())];
  return [...plain, ...base64Forms(raw)].filter((form) => form.length >= shortest);
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

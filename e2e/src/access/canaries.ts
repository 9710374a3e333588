import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A secret under the name of where it is kept. */
export type Canaries = Record<string, string>;
export interface Hit { canary: string; form: string; where: string }

interface Needle { canary: string; form: string; bytes: Buffer }

/** Finds secrets in bytes: as they are, in base64 at each of its alignments, in hex, URL-encoded, and escaped for JSON. */
export class CanarySearch {
  private readonly needles: Needle[];

  constructor(canaries: Canaries) {
    this.needles = Object.entries(canaries).flatMap(([canary, secret]) => Object.entries(formsOf(secret)).map(([form, text]) => ({ canary, form, bytes: Buffer.from(text) })));
  }

  in(where: string, content: Buffer | string): Hit[] {
    const bytes = Buffer.from(content);
    return this.needles.filter((needle) => bytes.includes(needle.bytes)).map(({ canary, form }) => ({ canary, form, where }));
  }

  /** In every file below a folder; `spare` names those that are there to hold secrets. */
  inFolder(folder: string, spare: (path: string) => boolean = () => false): Hit[] {
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    return files.filter((file) => !spare(file.slice(folder.length + 1)) && statSync(file).size < 200_000_000).flatMap((file) => this.in(file.slice(folder.length + 1), readFileSync(file)));
  }
}

function formsOf(secret: string): Record<string, string> {
  const raw = Buffer.from(secret);
  const aligned = [0, 1, 2].map((shift) => [`base64 at ${shift}`, Buffer.concat([Buffer.alloc(shift), raw]).toString('base64').slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + raw.length) * 8) / 6))] as const);
  return {
    plain: secret, hex: raw.toString('hex'), 'upper hex': raw.toString('hex').toUpperCase(), url: encodeURIComponent(secret), json: JSON.stringify(secret).slice(1, -1), 'shell-quoted': secret.replaceAll("'", `'\\''`),
    ...Object.fromEntries(aligned), ...Object.fromEntries(aligned.map(([name, text]) => [`${name}, for URLs`, text.replaceAll('+', '-').replaceAll('/', '_')])),
  };
}

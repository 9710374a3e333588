import { glob, open, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseConfig, type ConfigLine } from './parse-config.js';

// As OpenSSH.
const maxDepth = 16;

/** Why a file's words are not followed. */
export class UnsafeConfig extends Error {}

/** Reads an ssh configuration with everything it includes (relative to `~/.ssh`). Rejects where the file itself cannot be read or others may write it; an `Include` of nothing is nothing. */
export async function loadConfig(path: string, home: string): Promise<ConfigLine[]> {
  return readWithIncludes(path, { home, depth: 0 });
}

async function readWithIncludes(path: string, at: { home: string; depth: number }): Promise<ConfigLine[]> {
  const lines = parseConfig(await readOwn(path), path);
  for (const line of lines) {
    if (line.keyword !== 'include' || !line.words || at.depth >= maxDepth) continue;
    line.included = [];
    for (const pattern of line.words) {
      for (const file of await filesOf(pattern, at.home)) {
        const found = await readWithIncludes(file, { home: at.home, depth: at.depth + 1 }).catch((error: unknown) => [unreadable(error instanceof UnsafeConfig ? error.message : `${file} cannot be included`, line.where)]);
        line.included.push(found);
      }
    }
  }
  return lines;
}

/** As OpenSSH: only what nobody but its reader or root could have written. */
async function readOwn(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { uid, mode } = await file.stat();
    if (uid !== 0 && uid !== process.getuid?.()) throw new UnsafeConfig(`${path} belongs to another user (uid ${uid}): run \`chown $(id -u) ${path}\``);
    if ((mode & 0o022) !== 0) throw new UnsafeConfig(`${path} can be written by others (mode ${(mode & 0o777).toString(8).padStart(4, '0')}): run \`chmod go-w ${path}\``);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

/** A file that is named but cannot be read leaves its hosts undecided: the line refuses whoever it applies to. */
function unreadable(problem: string, where: string): ConfigLine {
  return { keyword: 'include', rest: '', words: [], where, problem };
}

async function filesOf(pattern: string, home: string): Promise<string[]> {
  const path = pattern.startsWith('~/') ? join(home, pattern.slice(2)) : pattern.startsWith('/') ? pattern : join(home, '.ssh', pattern);
  if (!/[*?[]/.test(path)) return (await stat(path).catch(() => undefined)) ? [path] : [];
  const found: string[] = [];
  for await (const file of glob(path)) found.push(file);
  return found.filter((file) => !basename(file).startsWith('.') || basename(path).startsWith('.')).sort();
}

import { glob, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseConfig, type ConfigLine } from './parse-config.js';

// As OpenSSH.
const maxDepth = 16;

/** Reads an ssh configuration with everything it includes (relative to `~/.ssh`). Rejects where the file itself cannot be read; an `Include` of nothing is nothing. */
export async function loadConfig(path: string, home: string): Promise<ConfigLine[]> {
  return readWithIncludes(path, { home, depth: 0 });
}

async function readWithIncludes(path: string, at: { home: string; depth: number }): Promise<ConfigLine[]> {
  const lines = parseConfig(await readFile(path, 'utf8'), path);
  for (const line of lines) {
    if (line.keyword !== 'include' || !line.words || at.depth >= maxDepth) continue;
    line.included = [];
    for (const pattern of line.words) {
      for (const file of await filesOf(pattern, at.home)) {
        const found = await readWithIncludes(file, { home: at.home, depth: at.depth + 1 }).catch(() => [unreadable(file, line.where)]);
        line.included.push(found);
      }
    }
  }
  return lines;
}

/** A file that is named but cannot be read leaves its hosts undecided: the line refuses whoever it applies to. */
function unreadable(file: string, where: string): ConfigLine {
  return { keyword: 'include', rest: file, words: undefined, where };
}

async function filesOf(pattern: string, home: string): Promise<string[]> {
  const path = pattern.startsWith('~/') ? join(home, pattern.slice(2)) : pattern.startsWith('/') ? pattern : join(home, '.ssh', pattern);
  if (!/[*?[]/.test(path)) return (await stat(path).catch(() => undefined)) ? [path] : [];
  const found: string[] = [];
  for await (const file of glob(path)) found.push(file);
  return found.filter((file) => !basename(file).startsWith('.') || basename(path).startsWith('.')).sort();
}

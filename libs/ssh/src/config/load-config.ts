import { glob, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseConfig, type ConfigLine } from './parse-config.js';

export interface LoadedConfig { lines: ConfigLine[]; stamp: string }

// As OpenSSH.
const maxDepth = 16;

/** Reads an ssh configuration with everything it includes (relative to `~/.ssh`). Rejects where the file itself cannot be read; an `Include` of nothing is nothing. */
export async function loadConfig(path: string, home: string): Promise<LoadedConfig> {
  const stamps: string[] = [];
  const lines = await readWithIncludes(path, { home, depth: 0, stamps });
  return { lines, stamp: stamps.join('\n') };
}

/** Whether the files are still those that were loaded. New files behind a pattern are seen when the including file changes. */
export async function isFresh(config: LoadedConfig): Promise<boolean> {
  for (const line of config.stamp.split('\n')) {
    const path = line.slice(line.indexOf(' ', line.indexOf(' ') + 1) + 1);
    if ((await stampOf(path)) !== line) return false;
  }
  return true;
}

async function stampOf(path: string): Promise<string> {
  const seen = await stat(path).catch(() => undefined);
  return `${seen?.mtimeMs ?? 0} ${seen?.size ?? 0} ${path}`;
}

async function readWithIncludes(path: string, at: { home: string; depth: number; stamps: string[] }): Promise<ConfigLine[]> {
  at.stamps.push(await stampOf(path));
  const lines = parseConfig(await readFile(path, 'utf8'), path);
  for (const line of lines) {
    if (line.keyword !== 'include' || !line.words || at.depth >= maxDepth) continue;
    line.included = [];
    for (const pattern of line.words) {
      for (const file of await filesOf(pattern, at.home)) {
        const found = await readWithIncludes(file, { ...at, depth: at.depth + 1 }).catch(() => [unreadable(file, line.where)]);
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

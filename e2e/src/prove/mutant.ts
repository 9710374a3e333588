import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '../embedded/edge-process.js';

/** A change to the built program that takes one safety away. `find` must occur exactly once: a patch that no longer applies is an error. */
export interface Patch { file: string; find: string; replace: string }

/** The journal's primary key no longer refuses a second writer, and the data directory lets two processes in. */
export const withoutFence: Patch[] = [
  { file: 'sqlite-worker.js', find: 'INSERT INTO journal (action, seq, record) VALUES (?, ?, ?) ON CONFLICT DO NOTHING', replace: 'INSERT OR REPLACE INTO journal (action, seq, record) VALUES (?, ?, ?)' },
  { file: 'sqlite-worker.js', find: 'PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE', replace: 'PRAGMA busy_timeout = 0' },
];

/** A host that is given a command id again forgets that it had it. */
export const withoutDedupe: Patch[] = [
  { file: 'rest.js', find: 'if [ -n "$d" ]; then follow; fi\n  claim_any', replace: 'if [ -n "$d" ]; then rm -rf "$d"; d=; fi\n  claim_any' },
];

/** Copies the built Edge into the folder with the patches applied; answers the program to start. */
export async function mutant(folder: string, patches: Patch[]): Promise<string> {
  const dist = join(folder, 'apps', 'edge', 'dist');
  await mkdir(dist, { recursive: true });
  await cp(join(repositoryRoot(), 'apps', 'edge', 'dist'), dist, { recursive: true });
  await cp(join(repositoryRoot(), 'apps', 'console', 'dist'), join(folder, 'apps', 'console', 'dist'), { recursive: true });
  for (const { file, find, replace } of patches) {
    const text = await readFile(join(dist, file), 'utf8');
    const times = text.split(find).length - 1;
    if (times !== 1) throw new Error(`The mutation of ${file} no longer applies: its place occurs ${times} times.`);
    await writeFile(join(dist, file), text.replace(find, () => replace));
  }
  return join(dist, 'program.js');
}

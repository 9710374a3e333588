import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where downloads are kept: outside the work tree, shared by every checkout of this user. */
export function cacheRoot(): string {
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'edge-engines');
}

export async function exists(path: string): Promise<boolean> {
  return access(path).then(() => true, () => false);
}

/**
 * The folder `name` of the cache; if it is missing, `fill` makes it. It is filled beside its place and renamed when whole, so that
 * what exists is complete, also when two programs fill it at once or one is killed.
 */
export async function cachedFolder(name: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(cacheRoot(), name);
  if (await exists(folder)) return folder;
  await mkdir(cacheRoot(), { recursive: true });
  const staging = await mkdtemp(join(cacheRoot(), '.filling-'));
  try {
    await fill(staging);
    await moveInto(staging, folder);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  return folder;
}

async function moveInto(staging: string, folder: string): Promise<void> {
  await rename(staging, folder).catch(async (error: unknown) => {
    if (!(await exists(folder))) throw error;
  });
}

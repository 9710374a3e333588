import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { simulateScript } from '@edge/testing/script';
import oneByOne from './one-by-one.js';

const shells = [['sh', '/bin/sh'], ['dash', '/usr/bin/dash'], ['bash', '/bin/bash'], ['busybox', '/bin/busybox'], ['ksh', '/bin/ksh'], ['mksh', '/bin/mksh'], ['yash', '/usr/bin/yash']].filter(([, path]) => existsSync(path!));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'edge install '));
  for (const name of ['files/SHOP', 'host/app', 'host/repo']) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, 'host/app/old file'), 'old');
  for (const build of [1, 2, 11, 12, 13]) for (const end of ['', '.sha256']) writeFileSync(join(folder, `host/repo/shop-${build}.tar.gz${end}`), '');
  writeFileSync(join(folder, 'host/repo/shopper-1.tar.gz'), '');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Packs an artifact with its checksum file; a wrong one where `sum` says so. */
function publish(version: string, sum?: string): void {
  const content = join(folder, `content of ${version}`);
  mkdirSync(content);
  writeFileSync(join(content, 'VERSION'), version);
  const archive = join(folder, 'files/SHOP', version);
  spawnSync('tar', ['-czf', archive, '-C', content, '.']);
  writeFileSync(`${archive}.sha256`, `${sum ?? createHash('sha256').update(readFileSync(archive)).digest('hex')}  ${version}\n`);
}

/** Deploys to one host that is a folder: every command runs in the shell for real. */
function deploy(shell: string, version: string) {
  const args = shell.endsWith('busybox') ? ['sh', '-c'] : ['-c'];
  return simulateScript({
    script: oneByOne, type: 'deploy', version, hosts: { s1: { zone: 'Z', vars: { port: 8001, title: "it's" } } },
    config: {
      repo_dir: 'repo', context_dir: 'app', rm_context: true, bizeye_folder: 'shop', keep_builds: 2,
      stop_command: 'echo "stop $EDGE_HOST $EDGE_VAR_PORT $EDGE_VAR_TITLE" >>log', start_command: 'echo "start $(cat app/VERSION 2>/dev/null) $EDGE_VERSION" >>log',
    },
    artifactServer: () => `file://${encodeURI(folder)}/files`,
    onCommand: ({ text }) => {
      const run = spawnSync(shell, [...args, text], { cwd: join(folder, 'host'), encoding: 'utf8' });
      return { code: run.status ?? 99, tail: run.stdout + run.stderr };
    },
  });
}

describe.each(shells)('an installation in %s', (_name, shell) => {
  it('brings the new version, keeps the newest builds and the live one, and no other file', async () => {
    publish('shop-3.tar.gz');
    const { end, failed } = await deploy(shell!, 'shop-3.tar.gz');
    expect([end, failed]).toEqual([{ ok: true }, {}]);
    expect(readdirSync(join(folder, 'host/app'))).toEqual(['VERSION']);
    expect(readdirSync(join(folder, 'host/repo')).sort()).toEqual(['shop-12.tar.gz', 'shop-12.tar.gz.sha256', 'shop-13.tar.gz', 'shop-13.tar.gz.sha256', 'shop-3.tar.gz', 'shop-3.tar.gz.sha256', 'shopper-1.tar.gz']);
    expect(readFileSync(join(folder, 'host/log'), 'utf8')).toBe("stop s1 8001 it's\nstart shop-3.tar.gz shop-3.tar.gz\n");
  });
  it('removes nothing when the checksum is wrong, or the artifact is not there', async () => {
    publish('shop-4.tar.gz', '0'.repeat(64));
    for (const version of ['shop-4.tar.gz', 'shop-99.tar.gz']) {
      const { failed, commands } = await deploy(shell!, version);
      expect(Object.keys(failed)).toEqual(['s1']);
      expect(commands.at(-1)?.step).toBe('start again');
      expect(readdirSync(join(folder, 'host/app'))).toEqual(['old file']);
    }
  });
  it('brings a version by its very name, also where an address would take that for more', async () => {
    const version = 'shop #[1-3]?a=%2e{b,c}+-3.tar.gz';
    publish(version);
    expect((await deploy(shell!, version)).failed).toEqual({});
    expect(readFileSync(join(folder, 'host/app/VERSION'), 'utf8')).toBe(version);
  });
  it('takes no checksum out of several', async () => {
    publish('shop-5.tar.gz');
    const sums = join(folder, 'files/SHOP/shop-5.tar.gz.sha256');
    writeFileSync(sums, `${'0'.repeat(64)}  other\n${readFileSync(sums, 'utf8')}`);
    expect((await deploy(shell!, 'shop-5.tar.gz')).failed).toEqual({ s1: expect.stringContaining('has not one line') });
  });
});

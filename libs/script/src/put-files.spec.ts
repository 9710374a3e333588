import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { tree, type TreeFile } from './tree.js';

const shells = [['sh', '/bin/sh'], ['dash', '/usr/bin/dash'], ['bash', '/bin/bash'], ['busybox', '/bin/busybox', 'sh'], ['ksh', '/bin/ksh'], ['mksh', '/bin/mksh'], ['yash', '/usr/bin/yash']].filter(([, path]) => existsSync(path!));
const isRoot = process.getuid?.() === 0;
const owner = isRoot ? 'nobody' : userInfo().username;
const files: TreeFile[] = [{ path: "it's w", content: 'X', mode: 0o4755 }, { path: 'conf/deep/w', content: 'Y' }, { path: 'conf/v', content: '' }];

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'edge-put-'));
  for (const name of ['app', 'outside']) await mkdir(join(folder, name));
  await writeFile(join(folder, 'secret'), 'secret', { mode: 0o600 });
});
afterEach(() => rm(folder, { recursive: true }));

const at = (path: string) => join(folder, path);
const text = () => tree({ path: at('app'), files, owner }).text;
const fresh = /\.\/(\.edge-new-[\d-]+)/.exec(tree({ path: '/app', files }).text)![1]!;
const all = async () => (await readdir(folder, { recursive: true })).sort();
const whole = ['app', 'app/conf', 'app/conf/deep', 'app/conf/deep/w', 'app/conf/v', "app/it's w", 'outside', 'secret'];

describe.each(shells)('files that are put by %s', (_name, shell, ...first) => {
  const run = (command: string) => promisify(execFile)(shell!, [...first, '-c', command], { cwd: folder });

  it('have their contents, modes and owner, and nothing lies beside them', async () => {
    await run(`${text()} && echo done >said`);
    expect(await all()).toEqual([...whole, 'said'].sort());
    for (const { path, content, mode = 0o644 } of files) expect([await readFile(at(`app/${path}`), 'utf8'), (await stat(at(`app/${path}`))).mode & 0o7777]).toEqual([content, mode]);
    if (isRoot) expect((await stat(at('app/conf/v'))).uid).not.toBe(0);
  });

  it('leave alone what links in their folder lead to', async () => {
    for (const name of ["it's w.edge-new", "it's w"]) await symlink(at('secret'), at(`app/${name}`));
    await run(text());
    expect([await readFile(at('secret'), 'utf8'), (await stat(at('secret'))).mode & 0o777, (await stat(at('secret'))).uid]).toEqual(['secret', 0o600, process.getuid?.()]);
    expect((await lstat(at("app/it's w"))).isFile()).toBe(true);
  });

  it('go nowhere else where a link takes the place of their fresh folder, of their place or of a folder on the way meanwhile', async () => {
    const link = `ln -s ${at('outside')}`;
    await expect(run(text().replace(`cd -P ./${fresh}`, `rmdir ./${fresh} && ${link} ./${fresh} && cd -P ./${fresh}`))).rejects.toMatchObject({ stderr: expect.stringContaining('Somebody else has') });
    await rm(at(`app/${fresh}`));
    await expect(run(text().replace('mkdir -p ./deep', `mv ../conf ../old && ${link} ../conf && cd .. && cd -P ./conf && mkdir -p ./deep`))).rejects.toMatchObject({ stderr: expect.stringContaining('is a symbolic link') });
    await rm(at('outside'), { recursive: true });
    await mkdir(at('outside'));
    await rm(at('app'), { recursive: true });
    await run(text().replace('mv -f', `${link} ../v && mv -f`));
    expect(await all()).toEqual(whole);
    expect((await lstat(at('app/conf/v'))).isFile()).toBe(true);
  });

  it('leave nothing behind when one of them cannot be put, and are not stopped by what a killed command left', async () => {
    await expect(run(text().replace('printf %s Y', 'printf %s'))).rejects.toMatchObject({ stderr: `${at('app/conf/deep/w')} did not arrive whole.\n` });
    expect(await all()).toEqual(['app', 'app/conf', 'app/conf/deep', 'outside', 'secret']);
    await mkdir(at(`app/${fresh}`));
    await writeFile(at(`app/${fresh}/it's w`), 'half');
    await chmod(at(`app/${fresh}/it's w`), 0o400);
    await writeFile(at("app/it's w.edge-new"), 'half', { mode: 0o400 });
    await run(text());
    expect(await all()).toEqual([...whole, "app/it's w.edge-new"].sort());
  });

  if (isRoot) it('are not put where somebody else made their fresh folder', async () => {
    await run(`mkdir app/${fresh} && chown ${owner} app/${fresh}`);
    await expect(run(text())).rejects.toMatchObject({ stderr: `Somebody else has ${at(`app/${fresh}`)}: remove it when nobody needs it.\n` });
    expect(await all()).toEqual(['app', `app/${fresh}`, 'outside', 'secret']);
  });
});

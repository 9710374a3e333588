import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { tree, type TreeFile } from './tree.js';

const run = promisify(execFile);
let folder: string;
beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'edge-tree-')); });
afterEach(() => rm(folder, { recursive: true }));
const put = (files: TreeFile[]) => run('/bin/sh', ['-c', tree({ path: join(folder, 'app'), files }).text]);
const all = async () => (await readdir(folder, { recursive: true })).sort();

describe('a tree of a script', () => {
  const files = [{ path: 'run.sh', content: 'echo run\n', mode: 0o755 }, { path: "conf/it's deep/a b.conf", content: '$(x) `y`\n' }, { path: 'conf/empty', content: '', mode: 0o600 }];

  it('is put with its modes, over what was there, twice for the same end; other files stay', async () => {
    await mkdir(join(folder, 'app/conf'), { recursive: true });
    await writeFile(join(folder, 'app/conf/mine'), 'mine');
    await writeFile(join(folder, 'app/run.sh'), 'old');
    for (let turn = 0; turn < 2; turn += 1) {
      await put(files);
      expect(await all()).toEqual(['app', 'app/conf', 'app/conf/empty', "app/conf/it's deep", "app/conf/it's deep/a b.conf", 'app/conf/mine', 'app/run.sh']);
      for (const { path, content, mode = 0o644 } of files) expect([await readFile(join(folder, 'app', path), 'utf8'), (await stat(join(folder, 'app', path))).mode & 0o7777]).toEqual([content, mode]);
    }
    expect((await stat(join(folder, "app/conf/it's deep"))).mode & 0o777).toBe(0o777 & ~process.umask());
  });

  it('changes no place where one file cannot be put', async () => {
    await put(files);
    await rm(join(folder, 'app/conf/empty'));
    await mkdir(join(folder, 'app/conf/empty'));
    await expect(put(files.map((file) => ({ ...file, content: 'new' })))).rejects.toMatchObject({ stderr: `${join(folder, 'app/conf/empty')} is a folder.\n` });
    expect(await readFile(join(folder, 'app/run.sh'), 'utf8')).toBe('echo run\n');
  });

  it('follows no symbolic link out of itself', async () => {
    await mkdir(join(folder, 'outside'));
    await mkdir(join(folder, 'app'));
    await symlink(join(folder, 'outside'), join(folder, 'app/conf'));
    await expect(put(files)).rejects.toMatchObject({ stderr: `${join(folder, 'app/conf')} is a symbolic link.\n` });
    expect(await all()).toEqual(['app', 'app/conf', 'outside']);
  });

  it.each([
    [['../x'], /does not stay below/], [['a/../../x'], /does not stay below/], [['/etc/x'], /does not stay below/], [['a//b'], /does not stay below/], [['./a'], /does not stay below/], [[''], /does not stay below/], [['a/'], /does not stay below/],
    [['a', 'a'], /twice/], [['a/b', 'a'], 'a is a file and a folder.'], [[], /no file/], [['a\0b'], /NUL/],
  ])('refuses paths that are none of a tree: %j', (paths, why) => {
    expect(() => tree({ path: '/srv', files: paths.map((path) => ({ path, content: '' })) })).toThrow(why);
  });

  it('refuses what a file would be refused for', () => {
    const one = { path: 'x', content: '' };
    expect(() => tree({ path: 'srv', files: [one] })).toThrow(/absolute/);
    expect(() => tree({ path: '/srv/..', files: [one] })).toThrow(/absolute/);
    expect(() => tree({ path: '/srv', owner: 'a b', files: [one] })).toThrow(/no owner/);
    expect(() => tree({ path: '/srv', files: [{ ...one, mode: 1.5 }] })).toThrow(/no file mode/);
    expect(() => tree({ path: '/srv', files: [{ path: 'a', content: 'ä'.repeat(20_000) }, { path: 'b', content: 'x'.repeat(10_000) }] })).toThrow('The tree /srv is longer than 48 KiB: put it into an artifact.');
  });
});

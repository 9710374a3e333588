import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findSshd, startFaultProxy, startLabHost, type FaultProxy, type LabHost } from '@edge/testing';
import { SshShell } from '../ssh-shell.js';
import { readTree } from './read-tree.js';
import { whyTreeRefused } from './why-refused.js';

const sshd = await findSshd();
const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const content = Buffer.from(Array.from({ length: 3_000_000 }, (_, at) => (at * 7 + (at >> 9)) & 255));

describe('a tree to be uploaded', () => {
  const refusal = (...paths: string[]) => whyTreeRefused({ path: '/srv', files: paths.map((path) => ({ path, content, sha256: sha(content) })) });

  it('keeps below its root: no "..", no absolute path, nothing twice', () => {
    expect(refusal('a', 'b/c', 'b/d.e')).toBeUndefined();
    for (const path of ['../x', 'a/../../x', '/etc/x', 'a//b', './a', '', 'a/']) expect(refusal('ok', path)).toMatch(/does not stay below/);
    expect(refusal('a', 'a')).toMatch(/twice/);
    expect(refusal('a/b', 'a')).toBe('a is a file and a folder.');
  });
});

(sshd ? describe : describe.skip)('files on a host', () => {
  let lab: LabHost;
  let proxy: FaultProxy;
  let shell: SshShell;
  beforeAll(async () => {
    lab = await startLabHost();
    proxy = await startFaultProxy(lab.port);
    shell = new SshShell({ identityFiles: [lab.keyFile], keepaliveIntervalMs: 300, keepaliveCountMax: 2 });
  });
  afterAll(async () => {
    await shell.close(200);
    await proxy.stop();
    await lab.stop();
  });
  const host = () => ({ ...lab.host, port: proxy.port });

  it('goes on where a broken upload broke, and checks the whole', async () => {
    const path = join(lab.home, 'resumed/big.bin');
    const from: number[] = [];
    const breaking = async function* (start: number) {
      from.push(start);
      for (let at = start; at < content.length; at += 100_000) {
        yield content.subarray(at, Math.min(at + 100_000, content.length));
        if (from.length > 3 || at - start < 700_000) continue;
        await sleep(100); // what was sent has arrived
        proxy.reset();
      }
    };
    expect(await shell.upload({ host: host(), path, content: breaking, sha256: sha(content), mode: 0o640 })).toMatchObject({ outcome: 'exited', code: 0 });
    expect(sha(await readFile(path))).toBe(sha(content));
    expect((await stat(path)).mode & 0o777).toBe(0o640);
    expect(await readdir(join(lab.home, 'resumed'))).toEqual(['big.bin']);
    expect(from.length).toBeGreaterThan(2);
    expect(from).toEqual(from.toSorted((a, b) => a - b));
    expect(Math.max(...from)).toBeGreaterThan(100_000);
  });

  it('starts over where what was left does not fit, and sends nothing where the file is there', async () => {
    const path = join(lab.home, 'left.bin');
    await writeFile(`${path}.edge-${sha(content).slice(0, 16)}`, 'of another time');
    expect(await shell.upload({ host: host(), path, content, sha256: sha(content) })).toMatchObject({ code: 0 });
    expect(sha(await readFile(path))).toBe(sha(content));
    const before = proxy.received();
    expect(await shell.upload({ host: host(), path, content, sha256: sha(content), mode: 0o600 })).toMatchObject({ code: 0 });
    expect(proxy.received() - before).toBeLessThan(50_000);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  /** A file that is being sent and does not end before it is told to. */
  const begin = async (path: string) => {
    let go!: () => void;
    const told = new Promise<void>((resolve) => { go = resolve; });
    let asked = false;
    const slow = async function* () {
      asked = true; // the host has said what it has
      yield content.subarray(0, 500_000);
      await told;
      yield content.subarray(500_000);
    };
    const part = `${path}.edge-${sha(content).slice(0, 16)}`;
    const sent = shell.upload({ host: host(), path, content: slow(), sha256: sha(content) });
    for (let tries = 0; tries < 1000 && (!asked || ((await stat(part).catch(() => undefined))?.size ?? 0) < 500_000); tries += 1) await sleep(20);
    const longAgo = new Date(Date.now() - 20 * 86_400_000);
    return { part, sent, go, age: () => utimes(part, longAgo, longAgo) };
  };

  it('leaves no part of a broken upload for good: it is swept when it is old, and nobody fills it', async () => {
    const [broken, live] = [await begin(join(lab.home, "it's broken/file")), await begin(join(lab.home, 'live file'))];
    await live.age();
    proxy.reset();
    await sleep(100); // both have heard that their connection is gone
    broken.go();
    live.go();
    expect(await Promise.all([broken.sent, live.sent])).toMatchObject([{ cause: 'upload-failed' }, { cause: 'upload-failed' }]);
    const again = await begin(join(lab.home, 'live file'));
    await again.age();
    expect(await shell.cleanHost(host())).toMatchObject({ code: 0, detail: '0 job records removed, 0 kept.' });
    await broken.age();
    expect(await shell.cleanHost(host())).toMatchObject({ code: 0, detail: '0 job records removed, 0 kept. Parts of broken uploads removed: 1.' });
    expect(await readdir(join(lab.home, "it's broken"))).toEqual([]);
    again.go();
    expect(await again.sent).toMatchObject({ code: 0 });
    expect(sha(await readFile(join(lab.home, 'live file')))).toBe(sha(content));
    expect(await readdir(join(lab.home, '.edge/jobs/.parts'))).toEqual([]);
  });

  it('puts a tree with its modes, once more for nothing, and names the file that fails', async () => {
    const local = join(lab.folder, 'tree');
    await mkdir(join(local, 'conf/deep'), { recursive: true });
    await writeFile(join(local, 'run.sh'), 'echo run\n', { mode: 0o755 });
    await writeFile(join(local, "conf/deep/it's a.txt"), 'text\n', { mode: 0o600 });
    await writeFile(join(local, 'conf/data'), content);
    const read = await readTree(local);
    if ('refused' in read) throw new Error(read.refused);
    const path = join(lab.home, 'app');
    expect(await shell.uploadTree({ host: host(), path, files: read.files })).toMatchObject({ code: 0, detail: '3 files are there.' });
    for (const { path: name } of read.files) expect(sha(await readFile(join(path, name)))).toBe(sha(await readFile(join(local, name))));
    expect((await stat(join(path, 'run.sh'))).mode & 0o777).toBe(0o755);
    await mkdir(join(lab.home, 'app2/run.sh'), { recursive: true });
    expect(await shell.uploadTree({ host: host(), path: join(lab.home, 'app2'), files: read.files })).toMatchObject({ outcome: 'not-started', cause: 'upload-failed', detail: expect.stringMatching(/run\.sh: is a directory/) });
  });

  it('follows no symbolic link: none of the tree, none on the host', async () => {
    const local = join(lab.folder, 'linked');
    await mkdir(local);
    await symlink('/etc/hostname', join(local, 'name'));
    expect(await readTree(local)).toEqual({ refused: 'name is a symbolic link.' });
    const outside = join(lab.home, 'outside');
    await mkdir(outside);
    await mkdir(join(lab.home, 'site'));
    await symlink(outside, join(lab.home, 'site/conf'));
    const files = [{ path: 'conf/x', content: Buffer.from('x'), sha256: sha(Buffer.from('x')) }];
    expect(await shell.uploadTree({ host: host(), path: join(lab.home, 'site'), files })).toMatchObject({ cause: 'upload-failed', detail: expect.stringMatching(/symbolic link/) });
    expect(await readdir(outside)).toEqual([]);
    expect(await shell.uploadTree({ host: host(), path: join(lab.home, 'site'), files: [{ ...files[0]!, path: '../up' }] })).toMatchObject({ cause: 'upload-failed' });
  });
});

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { importKnownHosts, namedHosts } from './import-known-hosts.js';
import { judgeHostKey, knownKeyTypes } from './judge-host-key.js';
import { KnownHostsIndex, loadKnownHosts } from './known-hosts-index.js';
import { parseCertificate } from './parse-certificate.js';
import { parseKnownHosts } from './parse-known-hosts.js';

const run = promisify(execFile);
let folder: string;
const at = (name: string) => join(folder, name);
const lineOf = async (name: string) => (await readFile(at(`${name}.pub`), 'utf8')).split(' ').slice(0, 2).join(' ').trim();
const blobOf = async (name: string) => Buffer.from((await readFile(at(`${name}.pub`), 'utf8')).split(' ')[1]!, 'base64');
const kinds: [name: string, ...options: string[]][] = [['ed', '-t', 'ed25519'], ['ed2', '-t', 'ed25519'], ['ca', '-t', 'ed25519'], ['p256', '-t', 'ecdsa', '-b', '256'], ['p384', '-t', 'ecdsa', '-b', '384'], ['p521', '-t', 'ecdsa', '-b', '521'], ['rsa', '-t', 'rsa', '-b', '2048']];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'edge-known-hosts-'));
  for (const [name, ...options] of kinds) await run('ssh-keygen', ['-q', '-N', '', '-C', name, ...options, '-f', at(name)]);
});
afterAll(() => rm(folder, { recursive: true }));

function judge(text: string, blob: Buffer, { name = 'web', port = 22, enrolled = [] as string[], nowMs = Date.now() } = {}) {
  return judgeHostKey({ name, enrolled, lines: new KnownHostsIndex(parseKnownHosts(text, 'k').lines).linesFor({ name, port }) }, blob, nowMs);
}

/** A certificate by ssh-keygen for the key `name`. */
async function certify(name: string, { by = 'ca', principals = ['web'], options = ['-h'], validity = '-1h:+1h' }: { by?: string; principals?: string[]; options?: string[]; validity?: string } = {}): Promise<Buffer> {
  await run('ssh-keygen', ['-q', '-s', at(by), ...options, '-I', 'lab', ...(principals.length > 0 ? ['-n', principals.join(',')] : []), '-V', validity, at(`${name}.pub`)]);
  return Buffer.from((await readFile(at(`${name}-cert.pub`), 'utf8')).split(' ')[1]!, 'base64');
}

describe('known_hosts', () => {
  it('finds the lines that ssh-keygen -F finds, hashed by ssh-keygen -H too', async () => {
    const [ed, ed2, p256] = [await lineOf('ed'), await lineOf('ed2'), await lineOf('p256')];
    const text = [`web,10.0.0.1 ${ed}`, `[web]:2222 ${ed2}`, `*.example.com,!bad.example.com ${p256}`, `DB ${ed}`, `node? ${ed2}`, ''].join('\n');
    await writeFile(at('known'), text);
    await writeFile(at('hashed'), text);
    await run('ssh-keygen', ['-q', '-H', '-f', at('hashed')]).catch(() => undefined); // it complains about patterns, which it leaves
    const hashed = await readFile(at('hashed'), 'utf8');
    expect(hashed).toContain('|1|');
    for (const file of ['known', 'hashed']) {
      const { index, bad } = await loadKnownHosts([at(file)]);
      expect(bad).toEqual([]);
      for (const [name, port] of [['web', 22], ['web', 2222], ['10.0.0.1', 22], ['a.example.com', 22], ['bad.example.com', 22], ['db', 22], ['node1', 22], ['node12', 22], ['none', 22]] as const) {
        const { stdout } = await run('ssh-keygen', ['-F', port === 22 ? name : `[${name}]:${port}`, '-f', at(file)]).catch(() => ({ stdout: '' }));
        const theirs = stdout.split('\n').filter((line) => line && !line.startsWith('#')).map((line) => line.split(' ')[2]);
        expect({ file, name, keys: index.linesFor({ name, port }).map((line) => line.key) }).toEqual({ file, name, keys: theirs });
      }
    }
  });

  it('trusts known keys of any type, and says what became of others', async () => {
    for (const [name] of kinds) expect(judge(`web ${await lineOf(name)}`, await blobOf(name)).verdict).toBe('trusted');
    const text = `web ${await lineOf('ed')}`;
    expect(judge(text, await blobOf('ed2')).verdict).toBe('changed');
    expect(judge(text, await blobOf('ed'), { name: 'other' }).verdict).toBe('unknown');
    expect(judge(text, await blobOf('ed'), { port: 2222 }).verdict).toBe('unknown');
    expect(judge('', await blobOf('ed2'), { enrolled: [await lineOf('ed2')] }).verdict).toBe('trusted');
    expect(judge(text, await blobOf('ed'), { enrolled: [await lineOf('ed2')] }).verdict).toBe('trusted');
  });

  it('lets revocation win over everything', async () => {
    const ed = await lineOf('ed');
    expect(judge(`web ${ed}\n@revoked * ${ed}`, await blobOf('ed'), { enrolled: [ed] }).verdict).toBe('revoked');
    expect(judge(`@revoked web ${ed}`, await blobOf('ed'), { port: 2222, enrolled: [ed] }).verdict).toBe('revoked');
    expect(judge(`@revoked other ${ed}`, await blobOf('ed'), { enrolled: [ed] }).verdict).toBe('trusted');
    expect(judge(`@cert-authority * ${await lineOf('ca')}\n@revoked * ${await lineOf('ca')}`, await certify('ed')).verdict).toBe('revoked');
  });

  it('reports bad lines, which trust nobody', async () => {
    const ed = await lineOf('ed');
    const key = ed.split(' ')[1]!;
    const text = [`web ${ed}`, 'web', 'web ssh-ed25519', 'web ssh-ed25519 AAAA', `web ssh-rsa ${key}`, `@what web ${ed}`, `|1|x|y ${ed}`, `web nonsense ${key}`, `web ssh-ed25519 ${key.slice(0, -8)}!!!!`].join('\n');
    const { lines, bad } = parseKnownHosts(text, 'file');
    expect(lines.map((line) => line.where)).toEqual(['file:1']);
    expect(bad.map((sentence) => sentence.split(' ')[0])).toEqual([2, 3, 4, 5, 6, 7, 8, 9].map((line) => `file:${line}:`));
  });

  it('asks for the known types, and for certificates where an authority is known', async () => {
    const types = (text: string) => knownKeyTypes({ name: 'web', enrolled: [], lines: new KnownHostsIndex(parseKnownHosts(text, 'k').lines).linesFor({ name: 'web', port: 22 }) });
    expect(types(`web ${await lineOf('p256')}\nother ${await lineOf('ed')}`)).toEqual(['ecdsa-sha2-nistp256']);
    expect(types(`@cert-authority web ${await lineOf('ca')}`)).toContain('ssh-ed25519-cert-v01@openssh.com');
  });

  it('imports keys in bulk, never revoked ones', async () => {
    const [ed, ed2, p256] = [await lineOf('ed'), await lineOf('ed2'), await lineOf('p256')];
    await writeFile(at('bulk'), `web ${ed}\nweb ${p256}\n10.0.0.2 ${ed2}\n[gate]:2222 ${ed2}\n@revoked old ${ed}\nold ${ed}\n@cert-authority * ${await lineOf('ca')}\n`);
    const open = await readFile(at('bulk'), 'utf8');
    await run('ssh-keygen', ['-q', '-H', '-f', at('bulk')]);
    const hosts = [{ name: 'web' }, { name: 'db', address: '10.0.0.2' }, { name: 'gate', port: 2222 }, { name: 'gate2' }, { name: 'old' }];
    for (const text of [open, await readFile(at('bulk'), 'utf8')]) {
      expect(importKnownHosts(text, { hosts })).toEqual({ keys: { web: [ed, p256], db: [ed2], gate: [ed2] }, missing: ['gate2', 'old'], bad: [], revoked: ['old'] });
    }
    expect(namedHosts(open)).toEqual([{ name: 'web' }, { name: '10.0.0.2' }, { name: 'gate', port: 2222 }, { name: 'old' }]);
  });
});

describe('host certificates', () => {
  const authority = async (name = 'ca', hosts = '*') => `@cert-authority ${hosts} ${await lineOf(name)}`;

  it.each(['ed', 'p256', 'p384', 'p521', 'rsa'])('takes what an authority of the kind %s signed', async (by) => {
    for (const name of ['ed2', 'p256', 'rsa']) if (name !== by) expect(judge(await authority(by), await certify(name, { by }))).toEqual({ verdict: 'trusted' });
  });

  it('takes them on any port, under a pattern as principal', async () => {
    expect(judge(await authority('ca', 'web'), await certify('ed'), { port: 2222 }).verdict).toBe('trusted');
    expect(judge(await authority(), await certify('ed', { principals: ['db', '*.x'] }), { name: 'a.x' }).verdict).toBe('trusted');
  });

  it('refuses the wrong name, time, kind, authority, and no name at all', async () => {
    const ca = await authority();
    const flaw = async (options: Parameters<typeof certify>[1], more = {}) => judge(ca, await certify('ed', options), more);
    expect(await flaw({ principals: ['other'] })).toMatchObject({ verdict: 'unknown', flaw: 'it is for other' });
    expect(await flaw({ principals: [] })).toMatchObject({ verdict: 'unknown', flaw: 'it names no host' });
    expect((await flaw({ validity: '-2h:-1h' })).flaw).toMatch(/valid until/);
    expect((await flaw({ validity: '+1h:+2h' })).flaw).toMatch(/valid only from/);
    expect((await flaw({ validity: '-1h:+1h' }, { nowMs: Date.now() + 2 * 3_600_000 })).flaw).toMatch(/valid until/);
    expect((await flaw({ options: [] })).flaw).toBe('it is not a host certificate');
    expect(judge(await authority('ed2'), await certify('ed')).verdict).toBe('unknown');
    expect(judge(await authority('ca', 'elsewhere'), await certify('ed')).verdict).toBe('unknown');
    expect(judge(ca, await certify('ed', { options: ['-h', '-O', 'critical:strange@x=1'] })).flaw).toMatch(/strange@x/);
  });

  it('trusts a certified key that is known plainly, as OpenSSH, but not a revoked one', async () => {
    const bad = await certify('ed', { principals: ['other'] });
    expect(judge(`${await authority()}\nweb ${await lineOf('ed')}`, bad).verdict).toBe('trusted');
    expect(judge(`${await authority()}\nweb ${await lineOf('ed2')}`, bad).verdict).toBe('changed');
    expect(judge(`${await authority()}\n@revoked web ${await lineOf('ed')}`, await certify('ed')).verdict).toBe('revoked');
  });

  it('trusts no certificate with a byte changed', async () => {
    const ca = await authority();
    const good = await certify('ed');
    expect(judge(ca, good).verdict).toBe('trusted');
    fc.assert(fc.property(fc.nat({ max: good.length - 1 }), fc.integer({ min: 1, max: 255 }), (place, change) => {
      const bad = Buffer.from(good);
      bad[place]! ^= change;
      return judge(ca, bad).verdict !== 'trusted';
    }), { numRuns: 500 });
    for (let length = 0; length < good.length; length += 1) expect(judge(ca, good.subarray(0, length)).verdict).not.toBe('trusted');
    expect(judge(ca, Buffer.concat([good, Buffer.from([0])])).verdict).not.toBe('trusted');
  });

  it('reads what ssh-keygen -L reads', async () => {
    const certificate = parseCertificate(await certify('p256', { principals: ['a', 'b'] }));
    expect(certificate).toMatchObject({ keyType: 'ecdsa-sha2-nistp256', kind: 'host', id: 'lab', principals: ['a', 'b'] });
    expect(certificate?.key).toEqual(await blobOf('p256'));
    expect(certificate?.authority).toEqual(await blobOf('ca'));
  });
});

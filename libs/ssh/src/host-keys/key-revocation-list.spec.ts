import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { judgeHostKey, trustOf } from './judge-host-key.js';
import { parseKeyRevocationList } from './parse-key-revocation-list.js';
import { readRevokedKeys } from './read-revoked-keys.js';

const run = promisify(execFile);
const certificates = Array.from({ length: 12 }, (_, serial) => `cert-${serial}`);
const keys = ['ed', 'ed2', 'p256', 'rsa', 'ca', 'ca2'];
const subjects = [...keys, ...certificates, 'other-ca-5'];
let folder: string;
const at = (name: string) => join(folder, name);
const file = (name: string) => at(`${name}${/^(cert|other)-/.test(name) ? '-cert' : ''}.pub`);
const blobOf = async (name: string) => Buffer.from((await readFile(file(name), 'utf8')).split(' ')[1]!, 'base64');
const lineOf = async (name: string) => (await readFile(at(`${name}.pub`), 'utf8')).trim();

async function certify(name: string, { by, serial }: { by: string; serial: number }): Promise<void> {
  await run('ssh-keygen', ['-q', '-N', '', '-t', 'ed25519', '-f', at(name)]);
  await run('ssh-keygen', ['-q', '-s', at(by), '-h', '-I', `id of ${name}`, '-n', 'web', '-z', String(serial), at(`${name}.pub`)]);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'edge-krl-'));
  for (const name of keys) await run('ssh-keygen', ['-q', '-N', '', ...(name === 'rsa' ? ['-t', 'rsa', '-b', '2048'] : name === 'p256' ? ['-t', 'ecdsa'] : ['-t', 'ed25519']), '-f', at(name)]);
  for (const [serial, name] of certificates.entries()) await certify(name, { by: 'ca', serial });
  await certify('other-ca-5', { by: 'ca2', serial: 5 });
});
afterAll(() => rm(folder, { recursive: true }));

/** A list by ssh-keygen. `spec`: lines as its KEY REVOCATION LISTS section has them. `by`: the authority that they are about, or `none`: every one. */
async function made(spec: string, by?: string): Promise<Buffer> {
  await writeFile(at('spec'), `${spec}\n`);
  await run('ssh-keygen', ['-q', '-k', '-f', at('krl'), ...(by ? ['-s', by === 'none' ? 'none' : at(`${by}.pub`)] : []), '-z', '7', at('spec')]);
  return readFile(at('krl'));
}

const names = async (test: (name: string) => Promise<boolean> | boolean) => {
  const found: string[] = [];
  for (const name of subjects) if (await test(name)) found.push(name);
  return found;
};

/** Whom ssh-keygen -Q finds revoked; undefined where it cannot read the list. */
async function theirs(list: Buffer): Promise<string[] | undefined> {
  await writeFile(at('asked'), list);
  const said = await run('ssh-keygen', ['-Q', '-f', at('asked'), ...subjects.map(file)]).then(({ stdout }) => stdout, ({ stdout, stderr }: { stdout: string; stderr: string }) => stdout + stderr);
  if (/Invalid KRL|load KRL|invalid format/i.test(said)) return undefined;
  return names((name) => said.split('\n').some((line) => line.startsWith(`${file(name)} `) && line.endsWith('): REVOKED')));
}

/** Whom a connection would find revoked; undefined where the list refuses every host. */
async function ours(bytes: Buffer): Promise<string[] | undefined> {
  const list = parseKeyRevocationList(bytes);
  if (typeof list === 'string') return undefined;
  const lines = [{ marker: 'cert-authority' as const, hosts: '*', type: 'ssh-ed25519', key: (await blobOf('ca')).toString('base64'), where: 'test' }];
  return names(async (name) => judgeHostKey({ name: 'web', enrolled: [], lines, revocations: [list] }, await blobOf(name), Date.now()).verdict === 'revoked');
}

/** A list by hand: what ssh-keygen never writes. `sections`: type and content. */
function written(sections: [type: number, content: Buffer][], format = 1): Buffer {
  const head = Buffer.from(`SSHKRL\n\0${'\0\0\0'}${String.fromCharCode(format)}${'\0'.repeat(8 * 3 + 4 * 2)}`, 'latin1');
  return Buffer.concat([head, ...sections.map(([type, content]) => Buffer.concat([Buffer.from([type]), string(content)]))]);
}

function string(content: Buffer | string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(Buffer.byteLength(content));
  return Buffer.concat([length, Buffer.from(content)]);
}

function serial(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
}

describe('a key revocation list', () => {
  it('revokes whom ssh-keygen -Q says it revokes', async () => {
    const [ed, p256, rsa, ca, cert3] = [await lineOf('ed'), await lineOf('p256'), await lineOf('rsa'), await lineOf('ca'), await lineOf('cert-3')];
    const print = async (name: string) => (await run('ssh-keygen', ['-l', '-f', at(`${name}.pub`)])).stdout.split(' ')[1]!;
    const corpus: [spec: string, by?: string][] = [
      ['# nothing'], [`key: ${ed}`], [`key: ${ed}\nkey: ${rsa}`], [`key: ${ca}`], [`key: ${cert3}`], [`sha1: ${p256}`], [`sha256: ${rsa}\nsha1: ${ed}`], [`hash: ${await print('ed2')}`], [`sha256: ${ca}`], [`sha1: ${cert3}`],
      ['serial: 5', 'ca'], ['serial: 2-4', 'ca'], ['serial: 1\nserial: 3\nserial: 5\nserial: 6\nserial: 7\nserial: 9', 'ca'], ['serial: 3-18446744073709551615', 'ca'], ['serial: 1-2\nserial: 4000-90000\nserial: 11', 'ca'],
      ['id: id of cert-0\nid: id of other-ca-5\nid: nobody', 'ca'], ['id: id of cert-0\nid: id of other-ca-5', 'none'], ['serial: 5', 'ca2'], ['serial: 5-6', 'none'], [`serial: 8\nid: id of cert-2\nkey: ${ed}\nsha256: ${p256}`, 'ca'],
    ];
    const revoked: number[] = [];
    for (const [spec, by] of corpus) {
      const list = await made(spec, by);
      const expected = await theirs(list);
      expect({ spec, by, revoked: await ours(list) }).toEqual({ spec, by, revoked: expected });
      revoked.push(expected!.length);
    }
    expect(revoked.filter((count) => count > 0 && count < subjects.length)).toHaveLength(corpus.length - 1);
  }, 60_000);

  it('is refused whole, or revokes no less than with OpenSSH, where a byte of it is changed or missing', async () => {
    const list = await made(`serial: 1\nserial: 3\nserial: 5-6\nid: id of cert-2\nkey: ${await lineOf('ed')}\nsha256: ${await lineOf('p256')}\nsha1: ${await lineOf('rsa')}`, 'ca');
    expect(await ours(list)).toEqual(['ed', 'p256', 'rsa', 'cert-1', 'cert-2', 'cert-3', 'cert-5', 'cert-6']);
    for (let length = 0; length < list.length; length += 1) if (await ours(list.subarray(0, length))) expect({ length, revoked: await ours(list.subarray(0, length)) }).toEqual({ length, revoked: await theirs(list.subarray(0, length)) });
    let refused = 0;
    for (let place = 0; place < list.length; place += 5) {
      const bad = Buffer.from(list);
      bad[place]! ^= 1 << (place % 8);
      const [mine, others] = [await ours(bad), await theirs(bad)];
      if (mine === undefined) refused += 1;
      else expect({ place, missed: (others ?? subjects).filter((name) => !mine.includes(name)) }).toEqual({ place, missed: [] });
    }
    expect(refused).toBeGreaterThan(10);
  }, 120_000);

  it('says what it does not understand', async () => {
    const authority = await blobOf('ca');
    const about = (...sections: Buffer[]) => Buffer.concat([string(authority), string(''), ...sections]);
    const part = (type: number, content: Buffer) => Buffer.concat([Buffer.from([type]), string(content)]);
    const extension = (critical: number) => Buffer.concat([string('strange@x'), Buffer.from([critical]), string('')]);
    const cases: [Buffer, string | string[]][] = [
      [written([]), []], [written([], 2), 'its format 2 is not known'], [Buffer.from('SSHKRL\n1'), 'it is no KRL'], [written([[9, Buffer.alloc(0)]]), 'its section 9 is not known'], [written([[4, string('key')]]), 'it is signed, which OpenSSH no longer reads'],
      [written([[3, string('short')]]), 'a fingerprint of 5 bytes is none'], [written([[255, extension(0)]]), []], [written([[255, extension(1)]]), 'its critical extension strange@x is not known'],
      [written([[1, about(part(0x39, extension(0)))]]), []], [written([[1, about(part(0x39, extension(1)))]]), 'its critical extension strange@x is not known'], [written([[1, about(part(0x50, Buffer.alloc(0)))]]), 'its certificate section 80 is not known'],
      [written([[1, about(part(0x20, Buffer.concat([serial(2n), serial(4n)])))]]), ['cert-2', 'cert-4']], [written([[1, about(part(0x20, serial(0n)))]]), 'it revokes the serials 0 to 0, which are none'],
      [written([[1, about(part(0x21, Buffer.concat([serial(4n), serial(2n)])))]]), 'it revokes the serials 4 to 2, which are none'], [written([[1, about(part(0x21, Buffer.alloc(17)))]]), 'it revokes the serials 0 to 0, which are none'],
      [written([[1, about(part(0x21, Buffer.concat([serial(1n), serial(2n), Buffer.alloc(1)])))]]), 'a section is longer than what it holds'], [written([[1, about(part(0x22, Buffer.concat([serial(2n), string(Buffer.from([5]))])))]]), ['cert-2', 'cert-4']],
      [written([[1, about(part(0x22, Buffer.concat([serial(2n), string(Buffer.from([0x85]))])))]]), 'a bitmap of serials cannot be read'], [written([[1, about(part(0x22, Buffer.concat([serial(2n ** 64n - 2n), string(Buffer.from([0x7f]))])))]]), 'a bitmap reaches beyond the last serial'],
    ];
    for (const [list, expected] of cases) {
      const read = parseKeyRevocationList(list);
      expect(typeof read === 'string' ? read : await ours(list)).toEqual(expected);
    }
  });

  it('is read from a file, and named with the remedy where it is broken', async () => {
    await writeFile(at('good'), await made(`key: ${await lineOf('ed')}`));
    await writeFile(at('bad'), (await readFile(at('good'))).subarray(0, -3));
    expect(await readRevokedKeys(at('good'))).toMatchObject({ lines: [], list: expect.anything() });
    expect(await readRevokedKeys(at('bad'))).toBe(`RevokedHostKeys ${at('bad')} is a KRL that cannot be read (it ends early): make it again with ssh-keygen -k`);
  });

  it('makes another trust of a book than another list', async () => {
    const trusts = await Promise.all([undefined, await made('serial: 5', 'ca'), await made('serial: 6', 'ca')].map(async (bytes) => {
      const list = bytes && parseKeyRevocationList(bytes);
      if (typeof list === 'string') throw new Error(list);
      return trustOf({ name: 'web', enrolled: [], lines: [], revocations: list ? [list] : [] });
    }));
    expect(new Set(trusts).size).toBe(3);
  });
});

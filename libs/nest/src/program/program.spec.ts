import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { errors } from '@edge/contracts';
import { createKeyring, generateKey } from '@edge/engine';
import { LogIndex } from '@edge/ports';
import { checkRim, createLogger, elasticSettings, kafkaAccess, kafkaSettings, LateLogIndex, lookUpSecret, mongoSettings, readKeyring, readSecretsKeys, rimSettings, SettingsError, takeSecretVariables, typedEnv, untilThere } from '../index.js';

const lines: string[] = [];
const log = createLogger({ name: 'spec', level: 'warn', to: new Writable({ write(chunk, _encoding, done) { lines.push(String(chunk)); done(); } }) });
const problems = (work: () => unknown): string[] => {
  try {
    work();
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
};

describe('settings of a cluster', () => {
  const rim = (given: Record<string, string>) => checkRim(typedEnv({ EDGE_SERVICE_TOKEN: 'x'.repeat(32), ...given }, rimSettings(8081)));

  it('listen on loopback at the port of the service', () => {
    expect(rim({})).toMatchObject({ host: '127.0.0.1', port: 8081, logLevel: 'info' });
  });

  it('refuse to be bound beyond loopback unprotected, half of TLS, and a short token, all at once', () => {
    expect(problems(() => rim({ EDGE_HOST: '0.0.0.0', EDGE_TLS_KEY: 'k', EDGE_SERVICE_TOKEN: 'short' }))).toEqual([expect.stringContaining('EDGE_HOST 0.0.0.0 is beyond loopback'), expect.stringContaining('EDGE_TLS_CERT and EDGE_TLS_KEY'), expect.stringContaining('EDGE_SERVICE_TOKEN is shorter')]);
    expect(rim({ EDGE_HOST: '0.0.0.0', EDGE_TRUSTED_PROXY: '10.0.0.2' }).host).toBe('0.0.0.0');
    expect(problems(() => typedEnv({}, rimSettings(8081)))).toEqual([expect.stringMatching(/^EDGE_SERVICE_TOKEN is missing/)]);
  });

  it('say how Kafka is reached', () => {
    const kafka = (given: Record<string, string>) => kafkaAccess(typedEnv({ EDGE_KAFKA_BROKERS: 'a:1, b:2', ...given }, kafkaSettings));
    expect(kafka({})).toEqual({ brokers: ['a:1', 'b:2'] });
    expect(kafka({ EDGE_KAFKA_SASL_MECHANISM: 'scram-sha-512', EDGE_KAFKA_SASL_USERNAME: 'edge', EDGE_KAFKA_SASL_PASSWORD: 'p' }).sasl).toEqual({ mechanism: 'scram-sha-512', username: 'edge', password: 'p' });
    expect(kafka({ EDGE_KAFKA_BROKERS: '[::1]:9092' }).brokers).toEqual(['[::1]:9092']);
    expect(problems(() => kafka({ EDGE_KAFKA_BROKERS: 'a:1,kafka' }))).toEqual([expect.stringMatching(/^EDGE_KAFKA_BROKERS "a:1,kafka" is no list of host:port: kafka\. .*example: EDGE_KAFKA_BROKERS=kafka-1:9092/)]);
    expect(problems(() => kafka({ EDGE_KAFKA_BROKERS: 'http://kafka:9092' }))).toEqual([expect.stringContaining('is no list of host:port')]);
    expect(problems(() => kafka({ EDGE_KAFKA_SASL_USERNAME: 'edge' }))).toEqual([expect.stringContaining('set all three')]);
    expect(problems(() => kafka({ EDGE_KAFKA_TLS_CA: '/nowhere/ca.crt' }))).toEqual(['EDGE_KAFKA_TLS_CA names /nowhere/ca.crt, which cannot be read: ENOENT.']);
  });
});

describe('addresses of stores', () => {
  const wrong = (given: Record<string, string>) => problems(() => typedEnv({ EDGE_MONGO_URL: 'mongodb://m/edge', EDGE_ELASTICSEARCH_URL: 'http://e:9200', ...given }, { ...mongoSettings, ...elasticSettings }));

  it('that cannot be meant end the program at once, without a word of the password in them', () => {
    expect([wrong({}), wrong({ EDGE_MONGO_URL: 'mongodb+srv://m' })]).toEqual([[], []]);
    expect(wrong({ EDGE_MONGO_URL: 'edge:hidden@mongo:27017', EDGE_ELASTICSEARCH_URL: 'elasticsearch:9200' })).toEqual([
      expect.stringMatching(/^EDGE_MONGO_URL does not begin with mongodb:\/\/ or mongodb\+srv:\/\/\. Where MongoDB is; example: EDGE_MONGO_URL=mongodb:/),
      expect.stringMatching(/^EDGE_ELASTICSEARCH_URL does not begin with https:\/\/ or http:\/\//),
    ]);
    expect(wrong({ EDGE_MONGO_URL: 'edge:hidden@mongo:27017' }).join()).not.toContain('hidden');
  });
});

describe('readKeyring', () => {
  let folder: string;
  const [own, before] = [generateKey(), generateKey()];
  const publicOf = ({ kid, publicKey }: { kid: string; publicKey: string }) => JSON.stringify({ kid, publicKey });

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'edge-keys-'));
    writeFileSync(join(folder, 'command.json'), JSON.stringify(own));
    writeFileSync(join(folder, 'result.pub.json'), publicOf(own));
    writeFileSync(join(folder, 'result.before.pub.json'), publicOf(before));
    writeFileSync(join(folder, 'secrets.key'), `${Buffer.alloc(32, 1).toString('base64')}\n`);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('signs with its own keys only, and believes all public ones while a key is being rotated', () => {
    const keyring = readKeyring(folder, { signs: ['command'], trusts: ['result'], log });
    expect(keyring.verify('command', keyring.sign('command', { a: 1 }))).toEqual({ a: 1 });
    expect(() => keyring.sign('result', {})).toThrow('no key to sign a result');
    for (const [name, key] of [['own', own], ['before', before]] as const) {
      const signer = mkdtempSync(join(tmpdir(), `edge-keys-${name}-`));
      writeFileSync(join(signer, 'result.json'), JSON.stringify(key));
      expect(keyring.verify('result', readKeyring(signer, { signs: ['result'], trusts: [], log }).sign('result', name))).toBe(name);
      rmSync(signer, { recursive: true });
    }
  });

  it('names every key that is missing', () => {
    expect(problems(() => readKeyring(folder, { signs: ['grant', 'command'], trusts: ['signal', 'result'], log }))).toEqual([expect.stringContaining('which has no grant.json, signal.pub.json. Run: edge keys create')]);
    expect(problems(() => readKeyring('/nowhere', { signs: ['grant'], trusts: [], log }))).toEqual([expect.stringContaining('EDGE_KEYS names /nowhere, which is not there')]);
  });

  it('follows its folder: a key that comes is believed and used, one that goes or whose time has come is not', async () => {
    const here = mkdtempSync(join(tmpdir(), 'edge-keys-followed-'));
    const keep = (name: string, text: string) => writeFileSync(join(here, name), text);
    keep('result.pub.json', publicOf(before));
    const keyring = readKeyring(here, { signs: [], trusts: ['result'], log });
    const signed = (key: typeof own) => createKeyring({ sign: { result: key }, trust: {} }).sign('result', 1);
    expect([own, before].map((key) => keyring.verify('result', signed(key)))).toEqual([undefined, 1]);
    keep('result.pub.json', publicOf(own));
    const believedNow = () => [own, before].map((key) => keyring.verify('result', signed(key)));
    const believes = async (expected: (number | undefined)[]) => {
      for (let tries = 0; tries < 500 && !isDeepStrictEqual(believedNow(), expected); tries += 1) await sleep(20);
      expect(believedNow()).toEqual(expected);
    };
    const until = (ms: number) => keep('result.before.pub.json', JSON.stringify({ ...(JSON.parse(publicOf(before)) as object), until: new Date(Date.now() + ms).toISOString() }));
    until(3_600_000);
    await believes([1, 1]);
    until(300);
    await believes([1, undefined]);
    lines.length = 0;
    keep('result.pub.json', 'half a ke');
    for (let tries = 0; tries < 500 && !lines.join('').includes('those read before stay in force'); tries += 1) {
      await sleep(20);
      expect(keyring.verify('result', signed(own))).toBe(1);
    }
    expect(lines.join('')).toContain('those read before stay in force');
    rmSync(here, { recursive: true });
  });

  it('reads the keys of secrets: the one that encrypts first, those before it while they are there', () => {
    const [first, second] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
    const keys = readSecretsKeys(folder, log);
    expect(keys()).toEqual([{ kid: expect.stringMatching(/^[\w-]{16}$/), key: first }]);
    const { kid } = keys()[0]!;
    writeFileSync(join(folder, `secrets.${kid}.key`), first.toString('base64'));
    writeFileSync(join(folder, 'secrets.key'), second.toString('base64'));
    expect(readSecretsKeys(folder, log)().map(({ key }) => key)).toEqual([second, first]);
    writeFileSync(join(folder, 'secrets.key'), 'short');
    expect(problems(() => readSecretsKeys(folder, log))).toEqual([expect.stringContaining('no key of 32 bytes')]);
    expect(problems(() => readSecretsKeys('/nowhere', log))).toEqual([expect.stringContaining('cannot be read: ENOENT')]);
  });
});

describe('lookUpSecret', () => {
  it('finds what the installation gives, by file first, and takes its variables out of the environment', () => {
    const secretsFolder = mkdtempSync(join(tmpdir(), 'edge-given-'));
    mkdirSync(join(secretsFolder, 'hotels'));
    writeFileSync(join(secretsFolder, 'hotels', 'db-password'), 'from a file\n');
    const environment = { EDGE_SECRET_HOTELS__DB_PASSWORD: 'shadowed', EDGE_SECRET_HOTELS__API_KEY: 'from the environment', EDGE_SECRETS: secretsFolder };
    const find = lookUpSecret({ secretsFolder, secretVariables: takeSecretVariables(environment) });
    expect(environment).toEqual({ EDGE_SECRETS: secretsFolder });
    expect([find('hotels', 'db-password'), find('hotels', 'api-key'), find('hotels', 'none'), find('flights', 'api-key')]).toEqual(['from a file', 'from the environment', undefined, undefined]);
    expect([find('hotels', '../hotels/db-password'), find('..', 'hotels')]).toEqual([undefined, undefined]);
    rmSync(secretsFolder, { recursive: true });
  });

  it('gives no space a variable that may be meant for another', () => {
    const find = lookUpSecret({ secretsFolder: undefined, secretVariables: { EDGE_SECRET_A__B__C: 'x' } });
    expect([find('a', 'b__c'), find('a__b', 'c'), find('a-', 'b--c')]).toEqual([undefined, undefined, undefined]);
  });
});

describe('untilThere', () => {
  it('tries again while that can help, and says what it waits for', async () => {
    lines.length = 0;
    let tries = 0;
    const opened = await untilThere('MongoDB', async () => {
      tries += 1;
      if (tries === 1) throw errors.unavailable('MongoDB cannot be reached: nobody there. Check EDGE_MONGO_URL and that the server runs.');
      return 'open';
    }, log);
    expect({ opened, tries }).toEqual({ opened: 'open', tries: 2 });
    expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(['waiting for MongoDB: MongoDB cannot be reached: nobody there. Check EDGE_MONGO_URL and that the server runs.']);
  });

  it('gives up what trying again cannot help', async () => {
    await expect(untilThere('Kafka', async () => { throw errors.badRequest('no'); }, log)).rejects.toThrow('no');
  });
});

describe('LateLogIndex', () => {
  class Shelf extends LogIndex {
    closed = false;
    async index() { return []; }
    async search() { return { hits: [] }; }
    async prune() { return undefined; }
    async health() { return { ok: true, detail: 'there' }; }
    async close() { this.closed = true; }
  }

  it('is unavailable until its engine is there, and then is it', async () => {
    let open: (index: Shelf) => void = () => undefined;
    const shelf = new Shelf();
    const late = new LateLogIndex('Elasticsearch', { open: () => new Promise((resolve) => { open = resolve; }), log });
    await expect(late.search({ kind: 'detail', limit: 1 })).rejects.toMatchObject({ code: 'unavailable' });
    expect((await late.health()).ok).toBe(false);
    open(shelf);
    await new Promise((turn) => setImmediate(turn));
    expect([await late.health(), await late.search({ kind: 'detail', limit: 1 })]).toEqual([{ ok: true, detail: 'there' }, { hits: [] }]);
    await late.close();
    expect(shelf.closed).toBe(true);
  });
});

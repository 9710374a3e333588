import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BusProbe } from '@edge/testing/contracts';
import { probeProgram, startKafka } from '@edge/testing/engines';
import { KafkaBus } from './kafka-bus.js';

const mount = (...args: string[]): boolean => spawnSync('mount', ['-t', 'tmpfs', ...args], { stdio: 'ignore' }).status === 0;
const probe = await probeProgram('kafka');
const small = mkdtempSync(join(tmpdir(), 'edge-small-disk-'));
const missing = probe.available ? (mount('-o', 'size=40m', 'tmpfs', small) ? '' : 'this user may not mount a small disk') : probe.reason;
if (missing) rmdirSync(small);
const suite = missing ? describe.skip : describe;

suite(`a full disk of Kafka${missing ? ` (${missing})` : ''}`, () => {
  let cluster: Awaited<ReturnType<typeof startKafka>>;
  beforeAll(async () => { cluster = await startKafka({ properties: { 'log.dirs': join(small, 'data'), 'log.index.size.max.bytes': 65_536 } }); }, 120_000);
  afterAll(async () => {
    await cluster.stop();
    spawnSync('umount', [small]);
    rmdirSync(small);
  }, 60_000);

  it('is told to who publishes; what was acknowledged is there when it has space again, and publishing goes on by itself', async () => {
    const bus = await KafkaBus.open({ brokers: cluster.address.split(','), retries: 2 });
    await bus.ensureTopics([{ name: 'edge.full', partitions: 1, retentionMs: 1e9 }]);
    const acknowledged: string[] = [];
    let refusal: { code: string; detail: string } | undefined;
    for (let n = 0; !refusal; n += 1) {
      await bus.publish([{ topic: 'edge.full', key: 'k', headers: { n: String(n) }, value: 'x'.repeat(900_000) }]).then(() => acknowledged.push(String(n)), (error: typeof refusal) => { refusal = error; });
    }
    expect([acknowledged.length > 10, refusal]).toEqual([true, expect.objectContaining({ code: 'unavailable', detail: expect.stringMatching(/^Sending to edge.full: .*(disk of Kafka is full|Kafka cannot be reached|closed the connection)/) })]);

    mount('-o', 'remount,size=200m', 'tmpfs', small);
    await cluster.kill();
    await cluster.restart();
    for (;;) if (await bus.publish([{ topic: 'edge.full', key: 'k', headers: { n: 'after' }, value: 'y' }]).then(() => true, () => false)) break;
    const reader = await BusProbe.on(bus, { topic: 'edge.full', group: 'reader', from: 'earliest' });
    await reader.hears(['y']);
    const heard = reader.records.map(({ headers }) => headers.n);
    expect(acknowledged.filter((n) => !heard.includes(n))).toEqual([]);
    await reader.handle.close();
    await bus.close();
  }, 180_000);
});

import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { JournalRecord } from '@edge/contracts';
import { freePort, probeProgram, startMongo } from '@edge/testing/engines';
import mongoose from 'mongoose';
import { openMongo } from './open-mongo.js';

const probe = await probeProgram('mongo');
const suite = probe.available ? describe : describe.skip;

const record = (action: string, seq: number, writer: string): JournalRecord => ({ v: 1, type: 'claim', owner: writer, action, seq, at: 1, writer, prev: '', hash: createHash('sha256').update(`${action}${seq}${writer}`).digest('hex') });

suite(`MongoDB in bad weather${probe.available ? '' : ` (${probe.reason})`}`, () => {
  it('keeps every acknowledged record through kill -9, one writer a place', async () => {
    const engine = await startMongo();
    const stores = await openMongo({ url: engine.address });
    const acknowledged: { action: string; seq: number; writer: string }[] = [];
    const writer = async (action: string, name: string): Promise<void> => {
      for (let seq = 0; seq < 60; seq += 1) {
        const answer = await untilKnown(() => stores.journal.append(record(action, seq, name)), async () => (await stores.journal.read(action, seq))[0]?.writer === name);
        if (answer === 'appended') acknowledged.push({ action, seq, writer: name });
      }
    };
    const work = Promise.all(['a', 'b', 'c', 'd'].flatMap((action) => [writer(action, 'one'), writer(action, 'two')]));
    for (let kills = 0; kills < 3; kills += 1) {
      await until(() => acknowledged.length >= (kills + 1) * 40);
      await engine.kill();
      await engine.restart();
    }
    await work;
    for (const action of ['a', 'b', 'c', 'd']) {
      const there = (await stores.journal.read(action)).map(({ seq, writer: owner }) => ({ action, seq, writer: owner }));
      const said = acknowledged.filter((one) => one.action === action).sort((a, b) => a.seq - b.seq);
      expect(there.map(({ seq }) => seq)).toEqual(Array.from({ length: 60 }, (_, seq) => seq));
      expect(there).toEqual(said);
    }
    await stores.close();
    await engine.stop();
  }, 120_000);

  it('knows that a write was kept although its answer was an error', async () => {
    const engine = await startMongo({ kind: 'standalone' });
    const stores = await openMongo({ url: engine.address });
    const admin = await mongoose.createConnection(engine.address).asPromise();
    const failOnce = (command: string) => admin.getClient().db('admin').command({ configureFailPoint: 'failCommand', mode: { times: 1 }, data: { failCommands: [command], writeConcernError: { code: 64, errmsg: 'waiting for replication timed out' } } });

    await failOnce('insert');
    expect(await stores.journal.append(record('x', 0, 'one'))).toBe('appended');
    await failOnce('insert');
    expect(await stores.documents.write([{ collection: 'system', id: 'x', document: { n: 1 }, ifVersion: 0 }])).toBeUndefined();
    await failOnce('update');
    expect(await stores.documents.write([{ collection: 'system', id: 'x', document: { n: 2 }, ifVersion: 1 }])).toBeUndefined();
    expect(await stores.documents.get('system', 'x')).toEqual({ id: 'x', version: 2, document: { n: 2 } });

    await admin.close();
    await stores.close();
    await engine.stop();
  }, 60_000);

  it('says which engine cannot be reached, and the setting', async () => {
    const url = `mongodb://127.0.0.1:${await freePort()}/edge?serverSelectionTimeoutMS=300`;
    await expect(openMongo({ url })).rejects.toMatchObject({ code: 'unavailable', detail: expect.stringMatching(/^MongoDB cannot be reached: .*ECONNREFUSED.* Check EDGE_MONGO_URL/) });
  });

  it('says that the user is refused', async () => {
    const engine = await startMongo();
    const url = engine.address.replace('mongodb://', 'mongodb://edge:wrong@');
    await expect(openMongo({ url })).rejects.toMatchObject({ code: 'unavailable', detail: expect.stringMatching(/^MongoDB refuses this user: .*EDGE_MONGO_URL/) });
    await engine.stop();
  }, 60_000);

  it('says that the disk is full and that the user may not write, and goes on when that is over', async () => {
    const engine = await startMongo({ kind: 'standalone' });
    const stores = await openMongo({ url: engine.address });
    const admin = await mongoose.createConnection(engine.address).asPromise();
    const fail = (errorCode: number) => admin.getClient().db('admin').command({ configureFailPoint: 'failCommand', mode: 'alwaysOn', data: { failCommands: ['insert', 'update'], errorCode } });
    await fail(14_031);
    await expect(stores.journal.append(record('x', 0, 'one'))).rejects.toMatchObject({ code: 'store-full', detail: expect.stringMatching(/^The disk of MongoDB is full: /) });
    await fail(13);
    await expect(stores.documents.write([{ collection: 'system', id: 'x', document: {} }])).rejects.toMatchObject({ code: 'unavailable', detail: expect.stringMatching(/^MongoDB refuses this user: .* roles in EDGE_MONGO_URL/) });
    await admin.getClient().db('admin').command({ configureFailPoint: 'failCommand', mode: 'off' });
    expect(await stores.journal.append(record('x', 0, 'one'))).toBe('appended');
    await admin.close();
    await stores.close();
    await engine.stop();
  }, 60_000);

  it('is not well while the server hangs, and well again afterwards', async () => {
    const engine = await startMongo();
    const stores = await openMongo({ url: engine.address });
    engine.freeze();
    // The signal is sent; threads of the server that run right now may still answer once.
    let health = await stores.documents.health();
    for (let tries = 0; tries < 20 && health.ok; tries += 1) health = await stores.documents.health();
    expect(health).toMatchObject({ ok: false, detail: expect.stringContaining('did not answer') });
    engine.thaw();
    expect(await stores.documents.health()).toEqual({ ok: true, detail: 'MongoDB, replica set edge' });
    await stores.close();
    await engine.stop();
  }, 60_000);
});

/** As the runtime does it: an unknown append is read back, then tried again. */
async function untilKnown(append: () => Promise<'appended' | 'taken'>, isMine: () => Promise<boolean>): Promise<'appended' | 'taken'> {
  let unknown = false;
  for (;;) {
    try {
      const answer = await append();
      return answer === 'taken' && unknown && (await isMine()) ? 'appended' : answer;
    } catch {
      unknown = true;
    }
  }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

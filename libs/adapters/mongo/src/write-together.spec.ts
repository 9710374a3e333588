import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { probeEngine, engineAddress, stopEngines } from '@edge/testing/engines';
import mongoose from 'mongoose';
import type { Database } from './database.js';
import { MongoDocuments } from './mongo-documents.js';
import { openMongo, type MongoStores } from './open-mongo.js';
import { SettledDocuments } from './settled-documents.js';
import type { PlannedWrite } from './transaction.js';
import { carryOut } from './carry-out.js';
import { WriteTogether } from './write-together.js';

const probe = await probeEngine('mongo');
const suite = probe.available ? describe : describe.skip;

suite(`WriteTogether${probe.available ? '' : ` (${probe.reason})`}`, () => {
  let stores: MongoStores;
  let connection: mongoose.Connection;
  let database: Database;
  beforeAll(async () => {
    const url = await engineAddress('mongo');
    stores = await openMongo({ url });
    connection = await mongoose.createConnection(url).asPromise();
    database = connection.getClient().db(connection.name, { writeConcern: { w: 'majority', journal: true } });
  }, 60_000);
  afterAll(async () => { await connection.close(); await stores.close(); await stopEngines(); }, 60_000);

  let last = 0;
  const fresh = () => `together-${Date.now()}-${last += 1}`;
  const planned = (id: string, from: number, text: string): PlannedWrite => ({ collection: 'system', id, from, content: { body: JSON.stringify({ text }), f: {} } });
  const texts = async (ids: string[]) => Promise.all(ids.map(async (id) => (await stores.documents.get<{ text: string }>('system', id))?.document.text));

  /** A writer that dies after this many of its steps, over one document that exists and one that does not. */
  async function dieAfter(steps: number): Promise<string[]> {
    const [old, young] = [fresh(), fresh()];
    await stores.documents.write([{ collection: 'system', id: old, document: { text: 'before' } }]);
    const writer = new WriteTogether(database, new SettledDocuments(database));
    const transaction = await writer.begin([planned(old, 1, 'after'), planned(young, 0, 'after')]);
    if (steps > 1) await writer.hold({ ...transaction, writes: transaction.writes.slice(0, steps - 1) });
    if (steps > 3) await writer.commit(transaction);
    if (steps > 4) await carryOut(database, { ...transaction, writes: transaction.writes.slice(0, 1), state: 'committed' }).then(() => undefined);
    return [old, young];
  }

  it.each([1, 2, 3])('leaves nothing of a writer that died before its decision (after step %i)', async (steps) => {
    const ids = await dieAfter(steps);
    expect(await texts(ids)).toEqual(['before', undefined]);
    const [old, young] = ids as [string, string];
    expect(await stores.documents.write([{ collection: 'system', id: old, document: { text: 'mine' }, ifVersion: 1 }, { collection: 'system', id: young, document: { text: 'mine' }, ifVersion: 0 }])).toBeUndefined();
    expect(await texts(ids)).toEqual(['mine', 'mine']);
  });

  it('carries out what a writer decided before it died', async () => {
    const ids = await dieAfter(4);
    expect(await texts(ids)).toEqual(['after', 'after']);
    expect(await stores.documents.get('system', ids[1] as string)).toMatchObject({ version: 1 });
  });

  it('refuses the decision of a writer that was given up', async () => {
    const id = fresh();
    const writer = new WriteTogether(database, new SettledDocuments(database));
    const slow = await writer.begin([planned(id, 0, 'slow')]);
    await writer.hold(slow);
    expect(await stores.documents.write([{ collection: 'system', id, document: { text: 'quick' }, ifVersion: 0 }])).toBeUndefined();
    expect(await writer.commit(slow)).toBe(false);
    expect(await texts([id])).toEqual(['quick']);
  });

  it('moves amounts between documents without losing any, many writers at once', async () => {
    const ids = Array.from({ length: 4 }, fresh);
    await stores.documents.write(ids.map((id) => ({ collection: 'system', id, document: { amount: 100 } })));
    const other = new MongoDocuments(database);
    await Promise.all(Array.from({ length: 12 }, (_, n) => move(n % 2 ? other : stores.documents, ids, n)));
    const amounts = await Promise.all(ids.map(async (id) => (await stores.documents.get<{ amount: number }>('system', id))?.document.amount ?? 0));
    const versions = await Promise.all(ids.map(async (id) => (await stores.documents.get('system', id))?.version ?? 0));
    expect(amounts.reduce((sum, amount) => sum + amount, 0)).toBe(400);
    expect(versions.reduce((sum, version) => sum + version, 0)).toBe(4 + 12 * 2);
    expect(await database.collection('transactions').countDocuments({ 'writes.id': { $in: ids } })).toBe(0);
  }, 60_000);
});

/** Moves 1 from one document to another, by compare-and-swap over both. */
async function move(documents: MongoDocuments, ids: string[], n: number): Promise<void> {
  const pair = [ids[n % ids.length] as string, ids[(n + 1 + (n % 3)) % ids.length] as string];
  for (;;) {
    const found = await Promise.all(pair.map((id) => documents.get<{ amount: number }>('system', id)));
    const writes = found.map((one, at) => ({ collection: 'system', id: pair[at] as string, document: { amount: (one?.document.amount ?? 0) + (at === 0 ? -1 : 1) }, ifVersion: one?.version ?? 0 }));
    if (!(await documents.write(writes))) return;
  }
}

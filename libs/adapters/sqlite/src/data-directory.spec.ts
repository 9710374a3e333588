import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it } from '@jest/globals';
import { openSqlite } from './open-sqlite.js';

const root = mkdtempSync(join(tmpdir(), 'edge-data-'));
let last = 0;
const fresh = (): string => join(root, String((last += 1)));
afterAll(() => { rmSync(root, { recursive: true }); });

describe('openSqlite', () => {
  it('makes the data directory and its files readable for their owner only', async () => {
    const folder = join(fresh(), 'deep', 'down');
    const stores = await openSqlite({ folder });
    const modes = Object.fromEntries(['.', 'edge.db', 'log.db', 'lock.pid'].map((name) => [name, (statSync(join(folder, name)).mode & 0o777).toString(8)]));
    await stores.close();
    expect(modes).toEqual({ '.': '700', 'edge.db': '600', 'log.db': '600', 'lock.pid': '600' });
  });

  it('opens what it closed, and closes twice', async () => {
    const folder = fresh();
    const first = await openSqlite({ folder });
    await first.documents.write([{ collection: 'system', id: 'a', document: { n: 1 } }]);
    await first.close();
    await first.close();
    const second = await openSqlite({ folder });
    expect(await second.documents.get('system', 'a')).toEqual({ id: 'a', version: 1, document: { n: 1 } });
    await second.close();
    await expect(second.documents.get('system', 'a')).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('refuses a directory that it cannot use, by one sentence', async () => {
    mkdirSync(root, { recursive: true });
    const file = join(root, 'a-file');
    writeFileSync(file, '');
    for (const folder of [file, join(file, 'below'), '/proc/edge-data']) {
      await expect(openSqlite({ folder })).rejects.toMatchObject({ code: 'unavailable', message: expect.stringMatching(/^The data directory .* cannot be used: .*\. Fix it, or name another by EDGE_DATA\.$/) });
    }
  });

  it('refuses files of a newer Edge, and frees the directory', async () => {
    const folder = fresh();
    await (await openSqlite({ folder })).close();
    for (const name of ['edge.db', 'log.db']) {
      const database = new DatabaseSync(join(folder, name));
      database.exec('PRAGMA user_version = 99');
      await expect(openSqlite({ folder })).rejects.toMatchObject({ message: expect.stringMatching(new RegExp(`^${name} has schema 99, this Edge knows 1: a newer Edge wrote it\\.`)) });
      database.exec('PRAGMA user_version = 1');
      database.close();
    }
    await (await openSqlite({ folder })).close();
  });

  it('says that edge.db is damaged, and begins log.db anew, keeping the damaged one', async () => {
    const folder = fresh();
    await (await openSqlite({ folder })).close();
    writeFileSync(join(folder, 'log.db'), 'no database '.repeat(1000));
    const begunAnew = await openSqlite({ folder });
    await begunAnew.close();
    expect([begunAnew.notes, readdirSync(folder).filter((name) => name.startsWith('log.db.damaged-')).length]).toEqual([[expect.stringMatching(/^log\.db was damaged; it is kept as /)], 1]);
    writeFileSync(join(folder, 'edge.db'), 'no database '.repeat(1000));
    await expect(openSqlite({ folder })).rejects.toMatchObject({ code: 'unavailable', message: expect.stringMatching(/edge\.db is damaged \(file is not a database\): put back a copy of it/) });
  });

  it('commits what waits together', async () => {
    const stores = await openSqlite({ folder: fresh() });
    const before = (await stores.stats()).edge.commits;
    await Promise.all(Array.from({ length: 300 }, (_, n) => stores.documents.write([{ collection: 'system', id: `d${n}`, document: { n } }])));
    const { commits, largestBatch } = (await stores.stats()).edge;
    expect([commits - before < 10, largestBatch > 100]).toEqual([true, true]);
    await stores.close();
  });

  it('fails readers and callers when the thread of a file is gone', async () => {
    const stores = await openSqlite({ folder: fresh() });
    await stores.bus.ensureTopics([{ name: 't', partitions: 1, retentionMs: 1000 }]);
    const failures: string[] = [];
    const consumption = await stores.bus.subscribe({ topic: 't', group: 'g', from: 'earliest' }, { assigned: () => undefined, deliver: () => undefined, failed: (cause) => failures.push(cause.message) });
    const thread = Reflect.get(stores.journal, 'thread') as { worker: { terminate(): Promise<number> } };
    await thread.worker.terminate();
    expect([failures, consumption.alive()]).toEqual([['The thread that owns edge.db is gone: it ended.'], false]);
    await expect(stores.journal.read('a')).rejects.toMatchObject({ code: 'unavailable' });
    expect(await stores.journal.health()).toEqual({ ok: false, detail: 'The thread that owns edge.db is gone: it ended.' });
    await stores.close();
  });
});

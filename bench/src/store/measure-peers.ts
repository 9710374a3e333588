import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Measured } from './figures.js';
import { perSecond, quantile, timed } from './samples.js';

/** What the disk and SQLite do by themselves, in this thread and without our ports: the floor to compare with. */
export async function measurePeers(folder: string): Promise<Measured[]> {
  return [await flush(folder), ...(await plainInserts(folder)), await plainFts(folder)];
}

async function flush(folder: string): Promise<Measured> {
  const file = openSync(join(folder, 'flush'), 'w');
  const page = Buffer.alloc(4096);
  const samples = await timed(500, (n) => {
    writeSync(file, page, 0, page.length, n * page.length);
    fdatasyncSync(file);
  });
  closeSync(file);
  return { name: 'peer_flush_p50', value: quantile(samples, 0.5), unit: 'ms', about: 'peer: write 4 KB and fdatasync: median' };
}

async function plainInserts(folder: string): Promise<Measured[]> {
  const database = new DatabaseSync(join(folder, 'plain.db'));
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE journal (action TEXT, seq INTEGER, record TEXT, PRIMARY KEY (action, seq)) WITHOUT ROWID');
  const insert = database.prepare('INSERT INTO journal VALUES (?, ?, ?)');
  const samples = await timed(1000, (seq) => insert.run('one', seq, 'x'.repeat(900)));
  database.close();
  const rate = 1000 / (samples.reduce((sum, one) => sum + one, 0) / samples.length);
  return [
    { name: 'peer_insert_p50', value: quantile(samples, 0.5), unit: 'ms', about: 'peer: plain node:sqlite, one insert per commit, FULL: median' },
    { name: 'peer_inserts_per_second', value: rate, unit: '/s', about: 'peer: the same, per second (it cannot share a commit)' },
  ];
}

async function plainFts(folder: string): Promise<Measured> {
  const database = new DatabaseSync(join(folder, 'fts.db'));
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; CREATE VIRTUAL TABLE lines USING fts5(text, detail = none)`);
  const insert = database.prepare('INSERT INTO lines (text) VALUES (?)');
  const lines = 100_000;
  const value = await perSecond(lines, async () => {
    for (let n = 0; n < lines; n += 1) {
      if (n % 1000 === 0) database.exec(n === 0 ? 'BEGIN' : 'COMMIT; BEGIN');
      insert.run(`INFO  unpacked file number ${n} of the release into /opt/app/releases/${n % 977}/lib, took ${n % 89} ms`);
    }
    database.exec('COMMIT');
  });
  database.close();
  return { name: 'peer_fts_lines_per_second', value, unit: '/s', about: 'peer: plain FTS5 table, no ids, order or filters, batches of 1,000' };
}

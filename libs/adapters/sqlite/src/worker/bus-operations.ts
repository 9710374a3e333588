import type { BusRow, Published, TopicRow } from '../protocol.js';
import { StoreFailure } from './failures.js';
import { type Operations, reads, writes } from './operations.js';
import { pruneRecords } from './prune-records.js';
import type { Statements } from './statements.js';

/** A record as it travels: the partition is chosen on the other side, `headers` is JSON. */
export interface PublishRow { topic: string; partition: number; key: string; headers: string; value: string }

interface Fetch { topic: string; from: [partition: number, offset: number][]; maxRecords: number; maxBytes: number }

/** The bus: records of all topics in one sequence, so offsets grow within every partition and are never used twice. */
export function busOperations(sql: Statements): Operations {
  const numbers = new Map<string, number>();
  const topicNumber = (name: string): number => {
    const known = numbers.get(name) ?? sql.get<{ topic: number }>('SELECT topic FROM topics WHERE name = ?', name)?.topic;
    if (known === undefined) throw new StoreFailure({ kind: 'unavailable', detail: `The topic ${name} does not exist.` });
    numbers.set(name, known);
    return known;
  };
  return {
    'bus.topics': reads(() => sql.all<TopicRow>('SELECT name, partitions, retention_ms AS retentionMs FROM topics')),
    'bus.ensure': writes(({ topics }: { topics: TopicRow[] }) => {
      for (const { name, partitions, retentionMs } of topics) {
        sql.run('INSERT INTO topics (name, partitions, retention_ms) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET retention_ms = excluded.retention_ms', name, partitions, retentionMs);
      }
    }),
    'bus.publish': writes(({ rows }: { rows: PublishRow[] }): Published => {
      const at = Date.now();
      let last = 0;
      for (const row of rows) {
        last = sql.run('INSERT INTO records (topic, partition, at, key, headers, value) VALUES (?, ?, ?, ?, ?, ?)', topicNumber(row.topic), row.partition, at, row.key, row.headers, row.value).lastId;
      }
      return { at, first: last - rows.length + 1 };
    }),
    'bus.join': writes((reader: { group: string; topic: string; from: 'earliest' | 'latest'; partitions: number[] }) => join(sql, topicNumber(reader.topic), reader)),
    'bus.fetch': reads((asked: Fetch) => fetch(sql, topicNumber(asked.topic), asked)),
    'bus.commit': writes(({ group, topic, next }: { group: string; topic: string; next: [partition: number, offset: number][] }) => {
      for (const [partition, offset] of next) {
        sql.run(`INSERT INTO positions (reader, topic, partition, next, seen_at) VALUES (?, ?, ?, ?, ?)
          ON CONFLICT DO UPDATE SET next = excluded.next, seen_at = excluded.seen_at`, group, topicNumber(topic), partition, offset, Date.now());
      }
    }),
    'bus.lag': reads(() => sql.all<{ group: string; topic: string; records: number }>(`
      SELECT p.reader AS "group", t.name AS topic,
        sum((SELECT count(*) FROM records r WHERE r.topic = p.topic AND r.partition = p.partition AND r.offset >= p.next)) AS records
      FROM positions p JOIN topics t ON t.topic = p.topic GROUP BY p.reader, p.topic ORDER BY 1, 2`)),
    'bus.prune': writes((asked: { retentionMs: number; reading: string[]; limit: number }) => pruneRecords(sql, asked)),
  };
}

/** Where a reader goes on in each partition. One that begins at the earliest leaves its mark at once, so that nothing is pruned before it. */
function join(sql: Statements, topic: number, { group, from, partitions }: { group: string; from: 'earliest' | 'latest'; partitions: number[] }): [number, number][] {
  const end = (sql.get<{ seq: number }>(`SELECT seq FROM sqlite_sequence WHERE name = 'records'`)?.seq ?? 0) + 1;
  return partitions.map((partition) => {
    const known = sql.get<{ next: number }>('SELECT next FROM positions WHERE reader = ? AND topic = ? AND partition = ?', group, topic, partition);
    if (known || from === 'earliest') {
      sql.run('INSERT INTO positions (reader, topic, partition, next, seen_at) VALUES (?, ?, ?, 0, ?) ON CONFLICT DO UPDATE SET seen_at = excluded.seen_at', group, topic, partition, Date.now());
    }
    return [partition, known?.next ?? (from === 'earliest' ? 0 : end)];
  });
}

/** Rows partition after partition up to the limits, at least one if there is one; `more` names partitions that may hold further ones. */
function fetch(sql: Statements, topic: number, { from, maxRecords, maxBytes }: Fetch): { rows: BusRow[]; more: number[] } {
  const rows: BusRow[] = [];
  const more: number[] = [];
  const share = Math.max(16, Math.ceil(maxRecords / from.length));
  let bytes = 0;
  for (const [partition, offset] of from) {
    const first = rows.length;
    if (bytes >= maxBytes) { more.push(partition); continue; }
    for (const row of sql.each<BusRow>('SELECT partition, offset, at, key, headers, value FROM records WHERE topic = ? AND partition = ? AND offset >= ? ORDER BY offset LIMIT ?', topic, partition, offset, share)) {
      rows.push(row);
      bytes += row.value.length + row.headers.length;
      if (bytes >= maxBytes) break;
    }
    if (rows.length - first === share || bytes >= maxBytes) more.push(partition);
  }
  return { rows, more };
}

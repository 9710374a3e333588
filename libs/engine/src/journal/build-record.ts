import { hash } from 'node:crypto';
import { canonicalJson, type JournalBody, type JournalRecord } from '@edge/contracts';

/** What a record continues: the one before it, or nothing. */
export type Head = Pick<JournalRecord, 'seq' | 'hash'> | undefined;

/** The next record of a chain. `writer` is the token by which its author knows it again. */
export function buildRecord(body: JournalBody, { action, head, at, writer }: { action: string; head: Head; at: number; writer: string }): JournalRecord {
  const unsealed = { ...body, v: 1 as const, action, seq: (head?.seq ?? -1) + 1, at, writer, prev: head?.hash ?? '' };
  return { ...unsealed, hash: recordHash(unsealed) } as JournalRecord;
}

/** Covers everything of a record but the hash itself. */
export function recordHash(record: object): string {
  const { hash: _, ...rest } = record as { hash?: string };
  return hash('sha256', canonicalJson(rest));
}

/** The first record whose place, link or hash does not hold; undefined when the chain is whole. */
export function brokenRecord(records: readonly JournalRecord[]): JournalRecord | undefined {
  return records.find((record, index) => record.seq !== index || record.prev !== (records[index - 1]?.hash ?? '') || record.hash !== recordHash(record));
}

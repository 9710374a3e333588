import { topics } from '@edge/contracts';
import { DeadLetter } from '@edge/contracts/messages';
import type { BusRecord, DeliveredRecord } from '@edge/ports';
import { toRecord } from './publisher.js';

/** What goes on `edge.dlq` for a record that could not be handled: all of it, the cause, and where it came from. Made again it has the same id. */
export function deadLetterRecord(record: DeliveredRecord, { cause, attempts, group, source }: { cause: string; attempts: number; group: string; source: string }): BusRecord {
  const { topic, partition, offset, key, headers, value } = record;
  const letter = Object.assign(new DeadLetter(), { cause, topic, partition, offset, group, attempts, key, headers, value, at: new Date().toISOString() });
  const correlationId = headers.ce_correlationid ?? key;
  return toRecord(topics.dlq.name, key, letter, { correlationId, source, id: `${topic}:${partition}:${offset}:${group}`, ...(headers.ce_id ? { causationId: headers.ce_id } : {}) });
}

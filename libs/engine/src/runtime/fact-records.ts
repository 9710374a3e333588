import { type ActionDocument, type JournalRecord, topics } from '@edge/contracts';
import type { BusRecord } from '@edge/ports';
import { factsOf } from '../journal/facts-of.js';
import { record as busRecord } from './command-messages.js';

/** The public facts of a journal record, for `edge.events`. Made again they are the same, ids included. */
export function factRecords(document: ActionDocument, record: JournalRecord): BusRecord[] {
  return factsOf(document, record).map(({ type, data }, part) =>
    busRecord(type, { topic: topics.events.name, key: document.id, id: `${document.id}:${record.seq}:${part}`, action: document.id, at: record.at, data }));
}

import { hash } from 'node:crypto';
import { canonicalJson } from '@edge/contracts';
import type { AuditEntry } from '@edge/ports';

/** One entry as it lies in the collection `audit`, id = `seq` with 12 digits. `hash` covers everything else, `prev` the entry before. */
export interface ChainedEntry extends AuditEntry { seq: number; at: string; prev: string; hash: string }

/** Where the chain ends; signed with every append. */
export interface AuditHead { seq: number; hash: string }

export const chainStart: AuditHead = { seq: 0, hash: '0'.repeat(64) };

export function entryId(seq: number): string {
  return String(seq).padStart(12, '0');
}

export function chained(entry: AuditEntry & { at: string }, head: AuditHead): ChainedEntry {
  const body = { ...entry, seq: head.seq + 1, prev: head.hash };
  return { ...body, hash: hashOfEntry(body) };
}

/** What is wrong with an entry that should follow the head; undefined if nothing is. */
export function faultOf(entry: ChainedEntry, head: AuditHead): string | undefined {
  const { hash, ...body } = entry;
  if (entry.seq !== head.seq + 1) return `Entry ${head.seq + 1} is missing: ${entry.seq} follows ${head.seq}.`;
  if (entry.prev !== head.hash) return `Entry ${entry.seq} does not follow the entry before it: one of them was changed.`;
  if (hashOfEntry(body) !== hash) return `Entry ${entry.seq} was changed.`;
  return undefined;
}

function hashOfEntry(body: Omit<ChainedEntry, 'hash'>): string {
  return hash('sha256', canonicalJson(body));
}

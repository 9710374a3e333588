import type { JournalRecord } from '@edge/contracts';

/**
 * Records whose facts may not be on the bus, after a crash. After a schedule record its owner tells everything so far before it appends anything else, and
 * who claims an action tells again before it does: so whatever lies before a schedule record that more than claims follow has been told.
 */
export function untoldRecords(records: readonly JournalRecord[]): readonly JournalRecord[] {
  const last = records.findLastIndex(({ type }) => type !== 'claim');
  const told = records.findLastIndex(({ type }, index) => type === 'schedule' && index < last);
  return records.slice(told + 1);
}

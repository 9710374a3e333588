import type { JournalRecord } from '@edge/contracts';

/**
 * Records whose facts may not be on the bus, after a crash. Who claims an action tells what is untold first. After a schedule record its owner tells
 * everything so far before it appends anything else. So whatever lies before a claim, or before a schedule record that something follows, has been told.
 */
export function untoldRecords(records: readonly JournalRecord[]): readonly JournalRecord[] {
  const told = records.findLastIndex(({ type }, index) => type === 'claim' || (type === 'schedule' && index < records.length - 1));
  return records.slice(told + 1);
}

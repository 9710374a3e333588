import { describe, expect, it } from '@jest/globals';
import { PartitionLedger } from './partition-ledger.js';

const record = (offset: number) => ({ topic: 't', partition: 0, offset: String(offset), timestampMs: 0, key: 'k', headers: { a: 'b' }, value: 'x'.repeat(99) });

describe('PartitionLedger', () => {
  it('keeps of what is done only its place', () => {
    const ledger = new PartitionLedger();
    const [first, second] = [ledger.take(record(3))!, ledger.take(record(5))!];
    expect(ledger.bytes).toBe(200);
    ledger.complete(second);
    expect([ledger.bytes, ledger.span, ledger.uncommitted()]).toEqual([100, 2, undefined]);
    expect(second.record).toMatchObject({ offset: '5', value: '', headers: {} });
    ledger.complete(first);
    expect([ledger.bytes, ledger.span, ledger.uncommitted()]).toEqual([0, 0, 6n]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { newId } from '@edge/contracts';
import fc from 'fast-check';
import { cutBulks } from './bulk-item.js';
import { endOf, indexOf } from './index-names.js';

describe('cutBulks', () => {
  it('loses nothing, keeps the order and both limits', () => {
    const sizes = fc.array(fc.oneof(fc.nat(3000), fc.constant(2_600_000), fc.constant(6_000_000)), { maxLength: 40 });
    fc.assert(fc.property(sizes, (list) => {
      const items = list.map((size, at) => ({ id: String(at), action: '{}', source: 'x'.repeat(size) }));
      const bulks = cutBulks(items);
      expect(bulks.flat()).toEqual(items);
      for (const bulk of bulks) expect(bulk.length === 1 || bulk.reduce((sum, { source }) => sum + source.length + 2, 0) <= 5_000_000).toBe(true);
    }), { numRuns: 50 });
    expect(cutBulks(Array.from({ length: 4001 }, (_, at) => ({ id: String(at), action: '', source: '' }))).map(({ length }) => length)).toEqual([2000, 2000, 1]);
  });
});

describe('indexOf', () => {
  it('names lines by the Monday and summaries by the month of the action', () => {
    const action = newId(Date.UTC(2026, 10, 25, 12));
    expect(indexOf('detail', { prefix: 'edge', action, at: '' })).toBe('edge-detail-2026-11-23');
    expect(indexOf('summary', { prefix: 'edge', action, at: '' })).toBe('edge-summary-2026-11');
  });

  it('names them by the document where the id of the action tells no time', () => {
    expect(indexOf('detail', { prefix: 'edge', action: 'odd', at: '2026-11-29T23:59:59.999Z' })).toBe('edge-detail-2026-11-23');
    expect(indexOf('detail', { prefix: 'edge', action: 'odd', at: 'yesterday' })).toBeUndefined();
  });

  it('puts every moment before the end of its index, and no earlier than a period before', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 4_000_000_000_000 }), fc.constantFrom('detail', 'summary'), (timeMs, kind) => {
      const end = endOf(indexOf(kind as 'detail', { prefix: 'edge', action: newId(timeMs), at: '' }) ?? '') ?? 0;
      expect(timeMs < end && end - timeMs <= (kind === 'detail' ? 7 : 31) * 86_400_000).toBe(true);
    }));
    expect([endOf('edge-other-2026-11'), endOf('kibana')]).toEqual([undefined, undefined]);
  });
});

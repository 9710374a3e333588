import { expect, it } from '@jest/globals';
import { ChoosePartition } from './choose-partition.js';

it('gives a key the partition that every Kafka client gives it, and spreads records without one', () => {
  const choose = new ChoosePartition();
  // Of the Java client: Utils.toPositive(Utils.murmur2(key)) % 24
  expect(['21', 'foobar', 'a-little-bit-long-string'].map((key) => choose.of(key, 1_000_000))).toEqual([-973932308, -790332482, -985981536].map((hash) => (hash & 0x7fffffff) % 1_000_000));
  expect(new Set(Array.from({ length: 6 }, () => choose.of('', 6))).size).toBe(6);
});

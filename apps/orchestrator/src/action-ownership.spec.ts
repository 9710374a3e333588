import { describe, expect, it } from '@jest/globals';
import { PartitionOwnership } from './action-ownership.js';

describe('PartitionOwnership', () => {
  it('has nothing to try before it knows its partitions, and follows them as they change', () => {
    const ownership = new PartitionOwnership();
    let mine = [0];
    expect(ownership.isMine('a')).toBe(false);
    ownership.follow({ partitions: () => mine, partitionOf: (_topic, key) => ({ a: 0, b: 1 })[key] });
    expect(['a', 'b', 'unknown'].map((id) => ownership.isMine(id))).toEqual([true, false, false]);
    mine = [1];
    expect(['a', 'b'].map((id) => ownership.isMine(id))).toEqual([false, true]);
  });
});

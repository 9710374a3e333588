import { describe, expect, it } from '@jest/globals';
import { InGroups } from './in-groups.js';

describe('InGroups', () => {
  it('begins at once, and takes what came meanwhile together, in order', async () => {
    const groups: number[][] = [];
    const line = new InGroups(async (items: number[]) => {
      groups.push(items);
      await Promise.resolve();
      return items.map((item) => item * 10);
    });
    expect(await Promise.all([1, 2, 3, 4].map((item) => line.add(item)))).toEqual([10, 20, 30, 40]);
    expect(await line.add(5)).toBe(50);
    expect(groups).toEqual([[1], [2, 3, 4], [5]]);
  });

  it('tells a failure to its group alone', async () => {
    const line = new InGroups(async (items: number[]) => {
      if (items.includes(2)) throw new Error('full');
      return items;
    });
    expect(await Promise.allSettled([line.add(1), line.add(2), line.add(3)])).toMatchObject([{ value: 1 }, { reason: { message: 'full' } }, { reason: { message: 'full' } }]);
    expect(await line.add(4)).toBe(4);
  });

  it('keeps groups small', async () => {
    const sizes: number[] = [];
    const line = new InGroups(async (items: number[]) => {
      sizes.push(items.length);
      return items;
    });
    await Promise.all(Array.from({ length: 130 }, (_, item) => line.add(item)));
    expect(sizes).toEqual([1, 64, 64, 1]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { Remembered } from './remembered.js';

describe('remembered answers', () => {
  it('asks once while they are young, and again afterwards', async () => {
    let now = 0;
    let asked = 0;
    const remembered = new Remembered<number>(100, () => now);
    const get = (key: string) => remembered.get(key, async () => (asked += 1));
    expect([await get('a'), await get('a'), await get('b')]).toEqual([1, 1, 2]);
    now = 99;
    expect(await get('a')).toBe(1);
    now = 100;
    expect(await get('a')).toBe(3);
  });
});

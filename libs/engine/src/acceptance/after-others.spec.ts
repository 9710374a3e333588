import { describe, expect, it } from '@jest/globals';
import { Scheduler, VirtualClock } from '@edge/testing/world';
import { AfterOthers } from './after-others.js';

function world() {
  const scheduler = new Scheduler(0);
  const followed: number[][] = [];
  const after = new AfterOthers<number>(new VirtualClock(scheduler), async (items) => { followed.push(items); });
  let end: () => void = () => undefined;
  const inHand = () => after.during(() => new Promise<void>((resolve) => { end = resolve; }));
  return { scheduler, followed, after, inHand, end: () => end() };
}

describe('AfterOthers', () => {
  it('does at once what nobody stands before', () => {
    const { after, followed } = world();
    after.add(1);
    expect(followed).toEqual([[1]]);
  });

  it('waits for who is in hand, and is done as one group', async () => {
    const { after, followed, inHand, end } = world();
    const other = inHand();
    after.add(1);
    after.add(2);
    expect(followed).toEqual([]);
    end();
    await other;
    expect(followed).toEqual([[1, 2]]);
  });

  it('waits for a second at most, and takes along who came behind it', async () => {
    const { scheduler, after, followed, inHand } = world();
    void inHand();
    after.add(1);
    scheduler.at(600, () => after.add(2));
    const told: [number, number[][]][] = [];
    while (scheduler.step()) {
      await new Promise((resolve) => setImmediate(resolve));
      told.push([scheduler.now, [...followed]]);
    }
    expect(told).toEqual([[600, []], [1_000, [[1, 2]]]]);
  });

  it('does many in small groups, one after the other', async () => {
    const { after, followed, inHand, end } = world();
    const other = inHand();
    for (let n = 0; n < 70; n += 1) after.add(n);
    end();
    await other;
    await new Promise((resolve) => setImmediate(resolve));
    expect(followed.map((group) => group.length)).toEqual([32, 32, 6]);
  });

  it('goes on when what was in hand fails', async () => {
    const { after, followed } = world();
    await expect(after.during(async () => {
      after.add(1);
      throw new Error('refused');
    })).rejects.toThrow('refused');
    expect(followed).toEqual([[1]]);
  });
});

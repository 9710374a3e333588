import { describe, expect, it } from '@jest/globals';
import { MemoryDocuments } from '@edge/testing/world';
import { SteppedClock } from '@edge/testing/stepped';
import { ExecutorRoster } from './executor-roster.js';

const working = (executor: string, running = 0) => ({ executor, running, state: 'working' as const });

function newRoster() {
  const clock = new SteppedClock();
  return { clock, roster: new ExecutorRoster(new MemoryDocuments(), clock) };
}

describe('ExecutorRoster', () => {
  it('lists who was heard of in the last minute, by the last report', async () => {
    const { clock, roster } = newRoster();
    await roster.heard(working('gone'));
    await clock.pass(60_001);
    await roster.heard(working('here', 1));
    await roster.heard(working('here', 7));
    expect(await roster.list()).toEqual([{ executor: 'here', state: 'working', running: 7, heard_at: new Date(clock.now()).toISOString() }]);
  });

  it('answers each report of one that shall drain, and no other', async () => {
    const { roster } = newRoster();
    for (const name of ['a', 'b']) await roster.heard(working(name, 3));
    expect(await roster.drain('a')).toMatchObject({ executor: 'a', state: 'draining', running: 3 });
    expect([await roster.heard(working('a')), await roster.heard({ executor: 'a', running: 0, state: 'drained' }), await roster.heard(working('b'))]).toEqual([{ drain: true }, { drain: true }, { drain: false }]);
    expect((await roster.list()).map(({ executor, state }) => [executor, state])).toEqual([['a', 'drained'], ['b', 'working']]);
  });

  it('loses no wish to drain to a report that comes at the same time', async () => {
    const { roster } = newRoster();
    await roster.heard(working('a'));
    await Promise.all([roster.heard(working('a', 1)), roster.drain('a'), roster.heard(working('a', 2))]);
    expect(await roster.heard(working('a'))).toEqual({ drain: true });
  });

  it('knows no executor that it has not heard of, and none that has fallen silent', async () => {
    const { clock, roster } = newRoster();
    await expect(roster.drain('nobody')).rejects.toMatchObject({ code: 'not-found', detail: expect.stringContaining('executor nobody') });
    await roster.heard(working('a'));
    await clock.pass(60_001);
    await expect(roster.drain('a')).rejects.toMatchObject({ code: 'not-found' });
  });
});

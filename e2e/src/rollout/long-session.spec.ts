import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { missingPrograms, skipped } from './missing-programs.js';
import { RolloutRig } from './rollout-rig.js';

const missing = await missingPrograms();
const suite = missing.length === 0 ? describe : describe.skip;

suite(`a long session on a host that is to be drained${skipped(missing)}`, () => {
  let rig: RolloutRig;

  beforeAll(async () => {
    rig = await RolloutRig.start({ north: { web: { hosts: ['web-1', 'web-2'], inpool_threshold: 50 } } }, 'site-1');
  }, 60_000);
  afterAll(() => rig.stop(), 30_000);

  /** A request that a host answers only after so many seconds; what came of it. */
  const session = (seconds: number) => fetch(`${rig.fronts[0]!}cgi-bin/slow?${seconds}`, { headers: { connection: 'close' } }).then((answer) => answer.status, () => 'broken off');

  it('holds the host until it ends, and is not cut', async () => {
    const open = session(8);
    const began = performance.now();
    const view = await rig.ended(await rig.begin('site-2'));
    expect([view.status, await open]).toEqual(['completed', 200]);
    expect(performance.now() - began).toBeGreaterThan(7_000);
  }, 90_000);

  it('is cut when the maximum time is over, and says so', async () => {
    await rig.configure({ member_session_wait_time: '1s' });
    const open = session(30);
    const view = await rig.ended(await rig.begin('site-3'));
    expect(view.status).toBe('completed');
    expect(await open).not.toBe(200);
    expect(view.messages.map(({ text }) => text).join(' ')).toContain('sessions after the maximum time; they are cut');
  }, 90_000);
});

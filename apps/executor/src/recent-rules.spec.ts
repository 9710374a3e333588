import { describe, expect, it } from '@jest/globals';
import { RecentRules } from './recent-rules.js';

const answer = { freezes: [], policies: [], allowSelfApproval: false, protected: false };

function staged() {
  const stage = { now: 0, asked: [] as string[], fails: false };
  const config = { rules: async ({ space, environment }: { space: string; environment?: string }) => {
    stage.asked.push(`${space}/${environment}`);
    if (stage.fails) throw new Error('away');
    return answer;
  } };
  return { stage, rules: new RecentRules(config, () => stage.now) };
}

describe('RecentRules', () => {
  it('asks once for all commands of a second, per space and environment', async () => {
    const { stage, rules } = staged();
    await Promise.all([rules.of({ space: 'a', environment: 'x' }), rules.of({ space: 'a', environment: 'x' }), rules.of({ space: 'a', environment: 'y' })]);
    stage.now = 999;
    await rules.of({ space: 'a', environment: 'x' });
    expect(stage.asked).toEqual(['a/x', 'a/y']);
    stage.now = 1_000;
    await rules.of({ space: 'a', environment: 'x' });
    expect(stage.asked).toEqual(['a/x', 'a/y', 'a/x']);
  });

  it('keeps no failure', async () => {
    const { stage, rules } = staged();
    stage.fails = true;
    await expect(rules.of({ space: 'a', environment: 'x' })).rejects.toThrow('away');
    stage.fails = false;
    expect(await rules.of({ space: 'a', environment: 'x' })).toBe(answer);
  });
});

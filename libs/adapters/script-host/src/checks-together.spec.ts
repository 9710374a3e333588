import { describe, expect, it } from '@jest/globals';
import type { ScriptBundle } from '@edge/ports';
import { type Check, ChecksTogether } from './checks-together.js';

const bundle = (sha: string) => ({ sha } as ScriptBundle);
const check = (type: string): Check => ({ type, config: {} });
const answer = ({ type }: Check) => [{ pointer: `/${type}`, detail: type }];

describe('ChecksTogether', () => {
  it('asks together what was waiting for the thread, script by script, and gives each its own answer', async () => {
    const asked: string[][] = [];
    let free = Promise.resolve();
    const checks = new ChecksTogether((_, take) => {
      const turn = free.then(() => {
        const taken = take();
        asked.push(taken.map(({ type }) => type));
        return taken.map(answer);
      });
      free = turn.then(() => undefined);
      return turn;
    });
    const answers = await Promise.all([checks.add(bundle('a'), check('1')), checks.add(bundle('a'), check('2')), checks.add(bundle('b'), check('3')), checks.add(bundle('a'), check('4'))]);
    expect({ asked, answers }).toEqual({ asked: [['1', '2', '4'], ['3']], answers: ['1', '2', '3', '4'].map((type) => answer(check(type))) });
  });

  it('blames only the check that is at fault', async () => {
    const checks = new ChecksTogether(async (_, take) => {
      await Promise.resolve();
      const taken = take();
      if (taken.some(({ type }) => type === 'hangs')) throw new Error('It hangs.');
      return taken.map(answer);
    });
    const answers = await Promise.allSettled(['fine', 'hangs', 'good'].map((type) => checks.add(bundle('a'), check(type))));
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });
});

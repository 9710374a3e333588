import { describe, expect, it } from '@jest/globals';
import type { LiveVersion } from '@edge/contracts';
import { succeeding } from './record-version.js';

const live = (version: string, action: string): LiveVersion => ({ space: 's', project: 'p', host: 'h', version, action, at: '' });
const after = (...steps: [string, string][]) => steps.reduce<LiveVersion | undefined>((stored, [version, action]) => succeeding(stored, live(version, action)), undefined)!;

describe('succeeding', () => {
  it('remembers what ran before, the latest first', () => {
    expect(after(['one', 'a'])).toEqual(live('one', 'a'));
    expect(after(['one', 'a'], ['two', 'b'], ['three', 'c'])).toEqual({ ...live('three', 'c'), before: ['two', 'one'] });
  });

  it('forgets nothing when the same version comes once more', () => {
    expect(after(['one', 'a'], ['two', 'b'], ['two', 'c'], ['two', 'd'])).toEqual({ ...live('two', 'd'), before: ['one'] });
  });

  it('does not count a version that the same action took back', () => {
    expect(after(['zero', 'z'], ['one', 'a'], ['two', 'b'], ['one', 'b'])).toEqual({ ...live('one', 'b'), before: ['zero'] });
  });

  it('keeps five at most, each once', () => {
    const names = ['1', '2', '3', '4', '5', '6', '7', '2'];
    expect(after(...names.map((name): [string, string] => [name, `to ${name}`])).before).toEqual(['7', '6', '5', '4', '3']);
  });
});

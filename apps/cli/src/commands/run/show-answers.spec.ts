import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { ActionHostView } from '@edge/contracts';
import { showAnswers } from './show-answers.js';

const result = { outcome: 'timed-out', cause: 'deadline', tail: 'begun\nwhy\n', bytes: { stdout: 6, stderr: 4 } } as const;

describe('showAnswers', () => {
  afterEach(() => void jest.restoreAllMocks());

  function shown(given: ActionHostView['result'], stderr: Record<string, string[]>) {
    const [out, err] = [jest.spyOn(process.stdout, 'write'), jest.spyOn(process.stderr, 'write')].map((spy) => {
      const lines: string[] = [];
      spy.mockImplementation((text) => Boolean(lines.push(String(text))));
      return lines;
    });
    showAnswers({ action_id: 'a', status: 'failed', answers: { web: { 'sleep 9': [null, false, ['Too late.']] } }, stderr, hosts: [{ host: 'web', ...(given ? { result: given } : {}) }] }, 'table');
    return { out: out!.join(''), err: err!.join('') };
  }

  it('shows what a command wrote that was ended before it gave an exit code, each stream once', () => {
    expect(shown(result, { web: ['why'] })).toEqual({ out: 'web | begun\nweb | Too late.\nweb ! no exit code\n', err: 'web | why\n' });
  });

  it('says so when that is only the end of it', () => {
    expect(shown({ ...result, bytes: { stdout: 5_000, stderr: 4 } }, {}).out).toMatch(/^web \| \[edge: 5000 bytes of output; only its end follows; all that was kept: edge action logs a\]\nweb \| begun\n/);
  });

  it('shows no more than the reason of a host that wrote nothing', () => {
    expect(shown(undefined, {})).toEqual({ out: 'web | Too late.\nweb ! no exit code\n', err: '' });
  });
});

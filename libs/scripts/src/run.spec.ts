import { describe, expect, it } from '@jest/globals';
import { simulateScript } from '@edge/testing/script';
import run from './run.js';

describe('run', () => {
  it('runs the command word for word on all hosts, and a failing host stops nobody', async () => {
    const hosts = Object.fromEntries(Array.from({ length: 25 }, (_, n) => [`s${n}`, { zone: n % 2 ? 'A' : 'B', vars: { port: n } }]));
    const { end, commands, succeeded, failed } = await simulateScript({
      script: run, type: 'run', config: { command: 'hostname', concurrency: 4, run_as: 'root' }, hosts,
      onCommand: ({ host }) => (host === 's3' ? { code: 7 } : host === 's4' ? { outcome: 'not-started', cause: 'unreachable' } : undefined),
    });
    expect(end).toEqual({ ok: true });
    expect(new Set(commands.map(({ text, runAs }) => `${runAs} ${text}`))).toEqual(new Set(['root hostname']));
    expect([commands.length, succeeded.length]).toEqual([25, 23]);
    expect(failed).toEqual({ s3: 'run: the command exited with code 7.', s4: 'run: No connection to the host could be made.' });
  });
});

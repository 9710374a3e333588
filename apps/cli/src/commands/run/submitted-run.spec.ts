import { describe, expect, it } from '@jest/globals';
import { EdgeClient, EdgeProblem, EdgeUnreachable } from '@edge/client';
import { SubmittedRun } from './submitted-run.js';

const body = { hosts: ['web-01'], command: 'hostname' };
const answered = { action_id: 'a', status: 'completed', answers: {}, stderr: {}, hosts: [] };

type Reply = { status: number; body: object } | 'broken';

describe('SubmittedRun', () => {
  function runAgainst(...replies: Reply[]) {
    const asked: { key: string | null; wait: number; body: unknown }[] = [];
    const fetch = (_url: unknown, { headers, body: sent }: RequestInit = {}) => {
      const given = new Headers(headers);
      asked.push({ key: given.get('idempotency-key'), wait: Number(given.get('prefer')?.replace('wait=', '')), body: JSON.parse(sent as string) });
      const reply = replies.shift() ?? 'broken';
      return reply === 'broken' ? Promise.reject(new TypeError('fetch failed')) : Promise.resolve(Response.json(reply.body, { status: reply.status }));
    };
    return { run: new SubmittedRun(new EdgeClient({ url: 'http://edge', fetch }), body), asked };
  }
  const running = (status = 'running') => ({ status: 202, body: { action_id: 'a', status } });

  it('asks for the same action again while it runs, while Edge restarts and where the connection breaks, never longer than it is answered', async () => {
    const { run, asked } = runAgainst('broken', running('accepted'), running(), 'broken', { status: 503, body: {} }, { status: 200, body: answered });
    expect(await run.submit()).toMatchObject({ status: 'accepted' });
    expect(await run.answers(3_600_000)).toEqual(answered);
    expect(new Set(asked.map(({ key, body: sent }) => JSON.stringify([key, sent]))).size).toBe(1);
    expect(asked.map(({ wait }) => wait)).toEqual([0, 0, 60, 60, 60, 60]);
  });

  it('answers how the action is when the time is over, or when it needs a person', async () => {
    expect(await runAgainst(running(), running(), running()).run.answers(300)).toMatchObject({ status: 'running' });
    expect(await runAgainst(running('blocked')).run.answers(3_600_000)).toMatchObject({ status: 'blocked' });
  });

  it('does not insist where Edge refuses, and not beyond its time', async () => {
    const refused = runAgainst({ status: 422, body: { code: 'invalid', errors: [] } });
    await expect(refused.run.submit()).rejects.toThrow(EdgeProblem);
    expect(refused.asked.length).toBe(1);
    await expect(runAgainst().run.answers(300)).rejects.toThrow(EdgeUnreachable);
  });
});

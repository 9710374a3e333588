import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type ActionStatus, isEnd, type JournalBody, type JournalRecord, type StepRequest, statuses, transitions } from '@edge/contracts';
import { defineScript } from '@edge/script';
import { RuntimeStage } from '@edge/testing/world';
import { z } from 'zod';
import { buildRecord } from './build-record.js';
import { ActionFold, foldAction, IllegalTransition } from './fold-action.js';

const document = new RuntimeStage().action(defineScript({ name: 'x', about: 'x', config: z.object({}), actions: { deploy: async () => undefined } }));
const summary = { reason: 'x', rolledBack: 'none' as const, unconfirmedHosts: [] };

function chain(...bodies: JournalBody[]): JournalRecord[] {
  const records: JournalRecord[] = [];
  for (const body of bodies) records.push(buildRecord(body, { action: document.id, head: records.at(-1), at: 1_000 * records.length, writer: 'w' }));
  return records;
}
const status = (to: ActionStatus, more = {}): JournalBody => ({ type: 'status', to, ...more });
const running = [status('queued'), status('counting-down', { dueAt: 5_000 }), status('running')];
const exec = (host: string): StepRequest => ({ kind: 'exec', key: `exec/${host}:stop/1`, step: 'stop', host, text: 'stop', withinMs: 1_000, channel: 'durable', onLost: 'fail', stage: 1, batch: 2 });
const fold = (...bodies: JournalBody[]) => foldAction(document, chain(...bodies));

describe('foldAction', () => {
  it('tells where an action stands, and since when', () => {
    expect(fold(...running.slice(0, 2))).toMatchObject({ status: 'counting-down', starts_at: '1970-01-01T00:00:05.000Z' });
    expect(fold(...running)).toMatchObject({ status: 'running', started_at: '1970-01-01T00:00:02.000Z' });
    expect(fold(...running, { type: 'end', status: 'completed', summary })).toMatchObject({ status: 'completed', ended_at: '1970-01-01T00:00:03.000Z', why: 'x' });
  });

  it('is waiting while the script asks people, and says what for', () => {
    const wait: JournalBody = { type: 'schedule', steps: [{ kind: 'signal', key: 'signal/approval/1', names: ['approve'], waitingFor: 'Go on?' }] };
    expect(fold(...running, wait)).toMatchObject({ status: 'waiting', waiting_for: 'Go on?', waiting_since: '1970-01-01T00:00:03.000Z' });
    expect(fold(...running, wait, status('paused'), status('running'))).toMatchObject({ status: 'waiting', waiting_for: 'Go on?' });
    expect(fold(...running, wait, { type: 'result', items: [{ key: 'signal/approval/1', value: null }] })).toMatchObject({ status: 'running' });
    expect(fold(...running, wait, { type: 'end', status: 'failed', summary }).status).toBe('failed');
  });

  it('names every zone that waits, each once', () => {
    const waits = (zone: string, n: number): StepRequest[] => [
      { kind: 'note', key: `note/${n}`, note: { event: 'waiting', for: 'the verdict', zone, stage: 1 } }, { kind: 'signal', key: `signal/${zone}/1`, names: ['verdict'], waitingFor: `the verdict on stage 1 in zone ${zone}` },
    ];
    const both: JournalBody = { type: 'schedule', steps: [...waits('north', 1), ...waits('south', 2)] };
    expect(fold(...running, both).waiting_for).toBe('the verdict on stage 1 in zone north; the verdict on stage 1 in zone south');
  });

  it('knows every command with its attempts and what it gave', () => {
    const lost = { outcome: 'lost', cause: 'connection-lost' } as const;
    const done = { outcome: 'exited', cause: 'exit', code: 0 } as const;
    const view = fold(...running, { type: 'schedule', steps: [exec('web-1')] }, { type: 'result', items: [{ key: 'exec/web-1:stop/1@1', host: lost }] }, { type: 'result', items: [{ key: 'exec/web-1:stop/1', host: done }] });
    expect(view.hosts[0]).toMatchObject({ state: 'running', step: 'stop', stage: 1, batch: 2, result: done, commands: [{ attempt: 2, result: done }] });
    expect(view.hosts[1]).toMatchObject({ state: 'pending', commands: [] });
  });

  it('closes the state of every host at the end', () => {
    const begun: JournalBody = { type: 'schedule', steps: [exec('web-1')] };
    const states = (end: ActionStatus, unconfirmedHosts: string[] = []) => fold(...running, begun, ...(end === 'cancelled' ? [status('cancelling')] : []), { type: 'end', status: end, summary: { ...summary, unconfirmedHosts } }).hosts.map(({ state }) => state);
    expect([states('failed'), states('cancelled'), states('failed', ['web-1'])]).toEqual([['failed', 'skipped'], ['cancelled', 'cancelled'], ['unconfirmed', 'skipped']]);
  });

  it('takes exactly the transitions of the table, and nothing after an end', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom(...statuses), { maxLength: 8 }), (path) => {
      const journal = new ActionFold(document);
      let at: ActionStatus = 'accepted';
      for (const to of path) {
        const legal = !isEnd(at) && transitions[at].includes(to);
        const body: JournalBody = isEnd(to) ? { type: 'end', status: to, summary } : { type: 'status', to };
        if (!legal) return expect(() => journal.demandLegal(body)).toThrow(IllegalTransition);
        journal.demandLegal(body);
        journal.add(chain(body)[0]!);
        at = to;
        expect(journal.view.status).toBe(to);
      }
    }));
  });

  it('gives the same view for the same records, however they come', () => {
    const records = chain(...running, { type: 'schedule', steps: [exec('web-1'), exec('web-2')] }, { type: 'end', status: 'failed', summary });
    const step = new ActionFold(document);
    for (const record of records) step.add(record);
    expect(step.view).toEqual(foldAction(document, JSON.parse(JSON.stringify(records)) as JournalRecord[]));
  });
});

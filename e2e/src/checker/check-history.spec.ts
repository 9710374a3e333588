import { describe, expect, it } from '@jest/globals';
import { checkHistory } from './check-history.js';
import type { History, SeenAction } from './history.js';

const seen: SeenAction = {
  status: 'completed', hosts: [{ host: 'web-01', state: 'succeeded', notStarted: [] }],
  journal: [{ seq: 0, type: 'claim', at: 0, prev: '', hash: 'a' }, { seq: 1, type: 'end', at: 1, prev: 'a', hash: 'b' }],
  outputs: { 'web-01': { stdout: 'n 1 of 1 on web-01\nn done\n', stderr: 'n 1 aside\n' } },
};
const good: History = {
  acknowledged: [{ action: 'a1', key: 'k1', kind: 'count', name: 'n', hosts: ['web-01'], lines: 1 }],
  runs: { 'web-01': ['count n'] },
  actions: { a1: seen },
};
const rules = (history: History) => checkHistory(history).map((violation) => violation.rule);
const withAction = (change: Partial<SeenAction>): History => ({ ...good, actions: { a1: { ...seen, ...change } } });

describe('checkHistory', () => {
  it('finds nothing in a history that holds', () => expect(rules(good)).toEqual([]));
  it('finds an action that was lost', () => expect(rules({ ...good, actions: {} })).toEqual(['acknowledged = ended']));
  it('finds an action that has not ended', () => expect(rules(withAction({ status: 'running' }))).toEqual(['acknowledged = ended']));
  it('finds a second end', () => expect(rules(withAction({ journal: [...seen.journal, { seq: 2, type: 'end', at: 2, prev: 'b', hash: 'c' }] }))).toEqual(['acknowledged = ended']));
  it('finds a gap in a journal', () => expect(rules(withAction({ journal: seen.journal.slice(1) }))).toEqual(['journal contiguous']));
  it('finds a broken chain', () => expect(rules(withAction({ journal: seen.journal.map((record) => ({ ...record, prev: 'x' })) }))).toEqual(['journal contiguous']));
  it('finds a command that ran twice', () => expect(rules({ ...good, runs: { 'web-01': ['count n', 'count n'] } })).toEqual(['executions per command = 1']));
  it('finds a success that never ran', () => expect(rules({ ...good, runs: {} })).toEqual(['executions per command = 1']));
  it('finds a command that ran and is said never to have started', () => {
    expect(rules(withAction({ hosts: [{ host: 'web-01', state: 'cancelled', notStarted: ['run'] }] }))).toEqual(['what did not start did not run']);
    expect(rules({ ...withAction({ hosts: [{ host: 'web-01', state: 'cancelled', notStarted: ['run'] }] }), runs: {} })).toEqual([]);
  });
  it('finds a host that was left stopped without a word', () => {
    const stopped = (state: string, more: string[] = []): History => ({ ...good, acknowledged: [{ ...good.acknowledged[0]!, kind: 'deploy' }], runs: { 'web-01': ['start n', 'stop a1', ...more] }, actions: { a1: { ...seen, status: 'cancelled', outputs: {}, hosts: [{ host: 'web-01', state, notStarted: [] }] } } });
    expect([rules(stopped('cancelled')), rules(stopped('failed')), rules(stopped('cancelled', ['start n a1']))]).toEqual([['no host stopped in silence'], [], []]);
  });
  it('finds a missing line', () => expect(rules(withAction({ outputs: { 'web-01': { stdout: 'n done\n', stderr: 'n 1 aside\n' } } }))).toEqual(['output equal']));
  it('finds a key that started two', () => expect(rules({ ...good, acknowledged: [...good.acknowledged, { ...good.acknowledged[0]!, action: 'a2' }], actions: { a1: seen, a2: seen } })).toEqual(['one action per key']));
  it.each([['came twice', ['1', '2', '1']], ['is missing', ['1']], ['is another', ['1', '3']]])('finds a fact that %s', (_what, facts) => {
    expect(rules(withAction({ facts, factsAtOnce: ['1', '2'] }))).toEqual(['event stream without gap or repeat']);
  });
  it('finds two deployments of one project at the same time', () => {
    const deploy = (from: number, to: number): SeenAction => ({
      ...seen, outputs: {}, journal: [{ seq: 0, type: 'claim', at: 0, prev: '', hash: 'a' }, { seq: 1, type: 'status', to: 'counting-down', at: from, prev: 'a', hash: 'b' }, { seq: 2, type: 'end', at: to, prev: 'b', hash: 'c' }],
    });
    const acknowledged = ['a1', 'a2'].map((action) => ({ ...good.acknowledged[0]!, kind: 'deploy' as const, key: action, action }));
    const runs = { 'web-01': ['stop a1', 'start n a1', 'stop a2', 'start n a2'] };
    expect([10, 9].map((from) => rules({ acknowledged, runs, actions: { a1: deploy(1, 10), a2: deploy(from, 20) } }))).toEqual([[], ['locks are held by one']]);
  });
});

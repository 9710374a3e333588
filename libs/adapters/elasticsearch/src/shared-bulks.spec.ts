import { describe, expect, it } from '@jest/globals';
import type { BulkItem } from './bulk-item.js';
import { SharedBulks } from './shared-bulks.js';

const items = (name: string, count: number): BulkItem[] => Array.from({ length: count }, (_, n) => ({ id: `${name}-${n}`, action: '{}', source: '{}' }));

/** A server whose answers are given by hand. */
function server() {
  const sent: { ids: string[]; answer: (refused: string[]) => void; fail: () => void }[] = [];
  const bulks = new SharedBulks((bulk) => new Promise((resolve, reject) => {
    sent.push({ ids: bulk.map(({ id }) => id), answer: (refused) => resolve(refused.map((id) => ({ id, reason: 'no' }))), fail: () => reject(new Error('away')) });
  }));
  return { sent, bulks };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('SharedBulks', () => {
  it('sends two at a time and gathers what comes meanwhile', async () => {
    const { sent, bulks } = server();
    const answers = ['a', 'b', 'c', 'd'].map((name) => bulks.add(items(name, 2)));
    expect(sent.map(({ ids }) => ids)).toEqual([['a-0', 'a-1'], ['b-0', 'b-1']]);
    sent[0]!.answer([]);
    await settled();
    expect(sent[2]!.ids).toEqual(['c-0', 'c-1', 'd-0', 'd-1']);
    sent[1]!.answer(['b-1']);
    sent[2]!.answer(['c-0']);
    expect(await Promise.all(answers)).toEqual([[], [{ id: 'b-1', reason: 'no' }], [{ id: 'c-0', reason: 'no' }], []]);
  });

  it('never makes a bulk larger than the server is asked to take, and cuts what one caller hands in', async () => {
    const { sent, bulks } = server();
    const all = [bulks.add(items('a', 1)), bulks.add(items('b', 1)), bulks.add(items('c', 1500)), bulks.add(items('d', 600)), bulks.add(items('e', 4500))];
    for (let at = 0; at < 8; at += 1) { sent[at]?.answer([]); await settled(); }
    await Promise.all(all);
    expect(sent.map(({ ids }) => ids.length)).toEqual([1, 1, 1500, 600, 2000, 2000, 500]);
  });

  it('tells only those whose documents may not be in', async () => {
    const { sent, bulks } = server();
    const [one, two, three] = [bulks.add(items('a', 1)), bulks.add(items('b', 1)), bulks.add(items('c', 1))].map((answer) => answer.then(() => 'in', () => 'not in'));
    sent[0]!.fail();
    sent[1]!.answer([]);
    await settled();
    sent[2]!.answer([]);
    expect([await one, await two, await three]).toEqual(['not in', 'in', 'in']);
  });

  it('has nothing to do for nothing', async () => {
    const { sent, bulks } = server();
    expect([await bulks.add([]), sent]).toEqual([[], []]);
  });
});

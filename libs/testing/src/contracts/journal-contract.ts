import { expect, it } from '@jest/globals';
import type { JournalRecord } from '@edge/contracts';
import type { Journal } from '@edge/ports';
import { type ContractOptions, contractSuite, type Factory, freshName } from './suite.js';

function record(action: string, seq: number, writer = 'one', owner = 'first'): JournalRecord {
  return { v: 1, type: 'claim', owner, action, seq, at: 1_700_000_000_000 + seq, writer, prev: `h${seq - 1}`, hash: `h${seq}-${writer}` };
}

/** What every journal promises. */
export function journalContract(name: string, make: Factory<Journal>, options: ContractOptions = {}): void {
  contractSuite(`Journal: ${name}`, make, {
    options,
    tests: (journal) => {
      it('gives back what was appended, in order and from any place', async () => {
        const action = freshName('order');
        for (const seq of [0, 1, 2, 3]) expect(await journal().append(record(action, seq))).toBe('appended');
        expect(await journal().read(action)).toEqual([0, 1, 2, 3].map((seq) => record(action, seq)));
        expect(await journal().read(action, 2)).toEqual([record(action, 2), record(action, 3)]);
        expect(await journal().read(action, 4)).toEqual([]);
      });

      it('knows nothing of an action without records', async () => {
        expect(await journal().read(freshName('unknown'))).toEqual([]);
      });

      it('refuses a second record in the same place and keeps the first', async () => {
        const action = freshName('fence');
        await journal().append(record(action, 0, 'owner'));
        expect(await journal().append(record(action, 0, 'zombie'))).toBe('taken');
        expect(await journal().read(action)).toEqual([record(action, 0, 'owner')]);
      });

      it('lets exactly one of many writers have a place', async () => {
        const action = freshName('race');
        const writers = Array.from({ length: 16 }, (_, at) => `writer-${at}`);
        const answers = await Promise.all(writers.map((writer) => journal().append(record(action, 0, writer))));
        expect(answers.filter((answer) => answer === 'appended')).toHaveLength(1);
        expect(await journal().read(action)).toEqual([record(action, 0, writers[answers.indexOf('appended')])]);
      });

      it('tells the writer of an append whose answer was lost whose record lies there', async () => {
        const action = freshName('ambiguous');
        const mine = record(action, 0, 'me');
        await journal().append(mine);
        const [there] = await journal().read(action, 0);
        expect({ writer: there?.writer, hash: there?.hash }).toEqual({ writer: mine.writer, hash: mine.hash });
      });

      it('keeps every field of every kind of record', async () => {
        const action = freshName('fields');
        const head = { v: 1 as const, action, at: 1, writer: 'w', prev: '', hash: 'x' };
        const records: JournalRecord[] = [
          { ...head, seq: 0, type: 'schedule', steps: [{ kind: 'call', key: 'call/a.b/1', service: 'http', withinMs: 5, request: { $merge: { 'a.b': [null, true, 1.5, 'ü\u0000✓'] }, '': {} } }] },
          { ...head, seq: 1, type: 'result', items: [{ key: 'k', value: null }, { key: 'l', error: 'no' }, { key: 'm', timedOut: true }] },
        ];
        for (const one of records) await journal().append(one);
        expect(await journal().read(action)).toEqual(records);
      });

      it('takes a record of 512 KB', async () => {
        const action = freshName('large');
        await journal().append(record(action, 0, 'w', 'x'.repeat(512 * 1024)));
        expect((await journal().read(action))[0]).toEqual(record(action, 0, 'w', 'x'.repeat(512 * 1024)));
      });

      it('takes appends of many actions at once', async () => {
        const actions = Array.from({ length: 40 }, () => freshName('many'));
        await Promise.all(actions.map(async (action) => { for (let seq = 0; seq < 5; seq += 1) await journal().append(record(action, seq)); }));
        for (const action of actions) expect((await journal().read(action)).map(({ seq }) => seq)).toEqual([0, 1, 2, 3, 4]);
      });

      it('removes the journals of pruned actions whole, and no other', async () => {
        const [gone, alsoGone, kept] = [freshName('gone'), freshName('gone'), freshName('kept')];
        for (const action of [gone, alsoGone, kept]) for (const seq of [0, 1]) await journal().append(record(action, seq));
        await journal().prune([gone, alsoGone]);
        expect([await journal().read(gone), await journal().read(alsoGone), await journal().read(kept)]).toEqual([[], [], [record(kept, 0), record(kept, 1)]]);
      });

      it('says that it is well', async () => {
        expect(await journal().health()).toEqual({ ok: true, detail: expect.any(String) });
      });
    },
  });
}

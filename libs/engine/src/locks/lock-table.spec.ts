import { describe, expect, it } from '@jest/globals';
import { Dice, MemoryDocuments } from '@edge/testing/world';
import { lockTableIn } from './stored-locks.js';
import { LockTable } from './lock-table.js';

const entry = (action: string, ...keys: string[]) => ({ action, space: 's', keys });
const read = (documents: MemoryDocuments) => lockTableIn(<T>(id: string) => documents.getNow<T>('locks', id)?.document);

describe('LockTable', () => {
  it('loses nothing and gives nothing twice, however many change it at once, over many foldings', async () => {
    const [documents, dice] = [new MemoryDocuments(), new Dice(3)];
    const tables = Array.from({ length: 4 }, () => new LockTable(documents));
    const held = new Map<string, string>();
    const life = async (n: number) => {
      const [table, other] = [tables[n % 4]!, tables[(n + 1) % 4]!];
      const mine = entry(`a${n}`, `h${dice.between(0, 9)}`, `h${dice.between(10, 19)}`);
      while ((await table.acquire(mine)).state === 'queued') await new Promise(setImmediate);
      for (const key of mine.keys) {
        expect(held.get(key)).toBeUndefined();
        held.set(key, mine.action);
      }
      await new Promise(setImmediate);
      for (const key of mine.keys) held.delete(key);
      await other.release(mine.action);
    };
    for (let from = 0; from < 400; from += 40) await Promise.all(Array.from({ length: 40 }, (_, n) => life(from + n)));
    expect([read(documents), await new LockTable(documents).read()]).toEqual([{ holders: [], queue: [] }, { holders: [], queue: [] }]);
    expect(documents.getNow<{ seq: number }>('locks', 'snapshot')?.document.seq).toBeGreaterThan(256);
  });

  it('keeps what it stores small: a change beside a snapshot, and old changes go', async () => {
    const documents = new MemoryDocuments();
    const table = new LockTable(documents);
    for (let n = 0; n < 600; n += 1) await table.acquire(entry(`a${n}`, `h${n}`));
    const stored = await documents.find<{ seq: number }>('locks', { limit: 1_000 });
    expect(stored.length).toBeLessThan(260);
    expect(documents.getNow('locks', 'table')?.document).toEqual({ seq: 600, folded: 514 });
    expect(read(documents).holders).toHaveLength(600);
  });

  it('stores nothing of a turn that was refused, failed or left undecided', async () => {
    const documents = new MemoryDocuments();
    const [one, other] = [new LockTable(documents), new LockTable(documents)];
    const stored = await one.turn(async ({ places, store }) => {
      places.admit(entry('late', 'h1'));
      await other.acquire(entry('early', 'h1'));
      return store([{ collection: 'system', id: 'x', document: {} }]);
    });
    await one.turn(async ({ places }) => places.admit(entry('undecided', 'h2')));
    const failed = await one.turn(async ({ places }) => { places.admit(entry('failed', 'h3')); throw new Error('no'); }).catch((error: Error) => error.message);
    expect([stored, failed, (await documents.get('system', 'x')), await one.read()]).toEqual([false, 'no', undefined, { holders: [entry('early', 'h1')], queue: [] }]);
  });

  it('takes over the one document of an earlier Edge', async () => {
    const documents = new MemoryDocuments();
    const before = { holders: [entry('a', 'h1')], queue: [entry('b', 'h1'), entry('c', 'h1')] };
    await documents.write([{ collection: 'locks', id: 'table', document: before }]);
    const table = new LockTable(documents);
    expect([await table.read(), read(documents)]).toEqual([before, before]);
    await table.release('a');
    expect([await table.acquire(entry('c', 'h1')), await table.acquire(entry('b', 'h1'))]).toMatchObject([{ state: 'queued', position: 2 }, { state: 'held' }]);
    expect(await new LockTable(documents).read()).toEqual({ holders: [entry('b', 'h1')], queue: [entry('c', 'h1')] });
  });
});

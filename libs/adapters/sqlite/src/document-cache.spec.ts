import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DocumentCache, type Written } from './document-cache.js';
import type { DocumentRow } from './protocol.js';

/** A store whose calls are begun, done in the order in which they were begun, and heard of later, as those of the thread are. */
class Store {
  readonly file = new Map<string, DocumentRow>();
  readonly cache = new DocumentCache();
  private readonly begun: (() => () => void)[] = [];
  private readonly done: (() => void)[] = [];

  read(id: string): void {
    const stamp = this.cache.stamp('c');
    this.begun.push(() => {
      const row = this.file.get(id);
      return () => this.cache.keep('c', id, { row, stamp });
    });
  }

  find(): void {
    const stamp = this.cache.stamp('c');
    this.begun.push(() => {
      const rows = [...this.file.values()];
      return () => this.cache.keepFind('c', 'all', { rows, stamp });
    });
  }

  write(rows: Written[]): void {
    this.cache.begin(rows);
    this.begun.push(() => {
      const stored = rows.every(({ id, ifVersion }) => ifVersion === undefined || ifVersion === (this.file.get(id)?.version ?? 0));
      for (const { id, body } of stored ? rows : []) {
        if (body === null) this.file.delete(id);
        else this.file.set(id, { id, version: (this.file.get(id)?.version ?? 0) + 1, body });
      }
      return () => this.cache.end(rows, { stored });
    });
  }

  work(): void {
    const next = this.begun.shift();
    if (next) this.done.push(next());
  }

  hear(): void {
    this.done.shift()?.();
  }
}

const id = fc.constantFrom('a', 'b', 'c');
const row = fc.record({ collection: fc.constant('c'), id, body: fc.option(fc.constantFrom('1', '2', '3')), ifVersion: fc.nat(2) }, { requiredKeys: ['collection', 'id', 'body'] });
const step = fc.oneof(
  fc.record({ does: fc.constant('read' as const), id }), fc.record({ does: fc.constant('write' as const), rows: fc.array(row, { minLength: 1, maxLength: 3 }) }),
  fc.record({ does: fc.constantFrom('find' as const, 'work' as const, 'hear' as const) }),
);

describe('DocumentCache', () => {
  it('knows nothing but what is stored, however reads and writes cross', () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const store = new Store();
      for (const one of steps) {
        if (one.does === 'read') store.read(one.id);
        else if (one.does === 'write') store.write(one.rows);
        else store[one.does]();
        for (const key of ['a', 'b', 'c']) {
          const known = store.cache.known('c', key);
          if (known) expect(known.row).toEqual(store.file.get(key));
        }
        expect(store.cache.knownFind('c', 'all') ?? [...store.file.values()]).toEqual([...store.file.values()]);
      }
    }), { numRuns: 2_000 });
  });

  it('keeps what was read and what was written, and lets the oldest go', () => {
    const cache = new DocumentCache();
    const body = 'x'.repeat(900_000);
    for (let n = 0; n < 30; n += 1) cache.keep('c', `read-${n}`, { row: { id: `read-${n}`, version: 1, body }, stamp: cache.stamp('c') });
    const write = [{ collection: 'c', id: 'new', body: '{}', ifVersion: 0 }];
    cache.begin(write);
    cache.end(write, { stored: true });
    expect([cache.known('c', 'new')?.row, cache.known('c', 'read-0'), cache.known('c', 'read-29')?.row?.version]).toEqual([{ id: 'new', version: 1, body: '{}' }, undefined, 1]);
  });
});

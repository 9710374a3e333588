import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DocumentIndex } from './worker/document-index.js';
import { documentOperations } from './worker/document-operations.js';
import { edgeSchema } from './worker/edge-schema.js';
import { migrate } from './worker/migrate.js';
import { Statements } from './worker/statements.js';

function collectionWith(fields: string[], database = new DatabaseSync(':memory:')) {
  migrate(database, 'edge.db', edgeSchema);
  const sql = new Statements(database);
  const index = new DocumentIndex(sql);
  index.prepare({ things: fields });
  const operations = documentOperations(sql, index);
  const call = (name: string, args: unknown): unknown => operations[name]?.run(args as never);
  const find = (where: object): unknown => (call('documents.find', { collection: 'things', query: { where, limit: 10 } }) as { id: string }[]).map(({ id }) => id);
  return { database, call, find, index };
}

describe('the index of documents', () => {
  it('takes a field that is new in this version over everything that is stored, and forgets one that is gone', () => {
    const { database, call } = collectionWith(['a']);
    call('documents.write', { rows: [{ collection: 'things', id: 'x', body: '{"a":1,"b":{"c":["p","q"]}}' }, { collection: 'things', id: 'y', body: '{"b":{"c":"q"}}' }] });
    const { find } = collectionWith(['b.c'], database);
    expect([find({ 'b.c': 'q' }), find({ 'b.c': 'p' })]).toEqual([['x', 'y'], ['x']]);
    expect(() => find({ a: 1 })).toThrow('The field a of things is not indexed: add it to "collections" in @edge/ports.');
    expect(database.prepare('SELECT count(*) AS n FROM fields').get()).toMatchObject({ n: 1 });
  });

  it('tells values of different types apart', () => {
    const { call, find } = collectionWith(['v']);
    for (const [id, v] of Object.entries({ text: '1', number: 1, yes: true, nothing: null })) call('documents.write', { rows: [{ collection: 'things', id, body: JSON.stringify({ v }) }] });
    expect([find({ v: '1' }), find({ v: 1 }), find({ v: true }), find({ v: { from: 0 } }), find({ v: { from: '' } }), find({ v: { in: [1, '1'] } })]).toEqual([['text'], ['number'], ['yes'], ['number'], ['text'], ['number', 'text']]);
  });

  it('finds what is stored, however documents are written, removed and taken back', () => {
    const value = fc.option(fc.oneof(fc.constantFrom('p', 'q'), fc.nat(2), fc.array(fc.constantFrom('p', 'q'), { maxLength: 2 })));
    const write = fc.record({ id: fc.constantFrom('x', 'y', 'z'), document: fc.option(fc.record({ a: value })), takenBack: fc.boolean() });
    fc.assert(fc.property(fc.array(write, { maxLength: 20 }), (writes) => {
      const { database, call, find, index } = collectionWith(['a']);
      const stored = new Map<string, { a: unknown }>();
      for (const { id, document, takenBack } of writes) {
        database.exec('BEGIN');
        call('documents.write', { rows: [{ collection: 'things', id, body: document && JSON.stringify(document) }] });
        database.exec(takenBack ? 'ROLLBACK' : 'COMMIT');
        if (takenBack) index.forget();
        else if (document) stored.set(id, document);
        else stored.delete(id);
        for (const a of ['p', 'q', 0, 1, 2]) expect(find({ a })).toEqual([...stored].filter(([, held]) => [held.a].flat().includes(a)).map(([name]) => name).toSorted());
      }
    }));
  });
});

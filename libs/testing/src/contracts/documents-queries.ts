import { expect, it } from '@jest/globals';
import type { Documents, Query } from '@edge/ports';
import { freshName } from './suite.js';

/** Finding by indexed fields. Every test has a space of its own. */
export function documentsQueries(documents: () => Documents): void {
  const put = async (space: string, made: Record<string, object>): Promise<void> => {
    await documents().write(Object.entries(made).map(([id, document]) => ({ collection: 'actions', id: `${space}/${id}`, document: { space, ...document } })));
  };
  const find = async (space: string, query: Partial<Query>): Promise<string[]> => {
    const found = await documents().find('actions', { limit: 100, ...query, where: { space, ...query.where } });
    return found.map(({ id }) => id.slice(space.length + 1));
  };

  it('finds by one field, in the order of the ids', async () => {
    const space = freshName('find');
    await put(space, { c: { project: 'p' }, a: { project: 'p' }, b: { project: 'q' } });
    expect(await find(space, {})).toEqual(['a', 'b', 'c']);
    expect(await find(space, { order: 'desc' })).toEqual(['c', 'b', 'a']);
    expect(await find(space, { where: { project: 'p' } })).toEqual(['a', 'c']);
    expect(await documents().find('actions', { where: { space, project: 'q' }, limit: 1 })).toEqual([{ id: `${space}/b`, version: 1, document: { space, project: 'q' } }]);
  });

  it('finds by dotted paths, booleans and items of lists', async () => {
    const space = freshName('paths');
    await put(space, { a: { projection: { ended: false, status: 'running' }, hosts: ['h1', 'h2'] }, b: { projection: { ended: true, status: 'failed' }, hosts: ['h2'] }, c: { unpublished: true } });
    expect(await find(space, { where: { 'projection.ended': false } })).toEqual(['a']);
    expect(await find(space, { where: { 'projection.status': 'failed' } })).toEqual(['b']);
    expect(await find(space, { where: { hosts: 'h2' } })).toEqual(['a', 'b']);
    expect(await find(space, { where: { unpublished: true } })).toEqual(['c']);
    expect(await find(space, { where: { hosts: 'h2', 'projection.ended': true } })).toEqual(['b']);
  });

  it('finds one of several values', async () => {
    const space = freshName('in');
    await put(space, { a: { type: 'deploy' }, b: { type: 'restart' }, c: { type: 'rollback' }, d: {} });
    expect(await find(space, { where: { type: { in: ['deploy', 'rollback', 'other'] } } })).toEqual(['a', 'c']);
    expect(await find(space, { where: { type: { in: [] } } })).toEqual([]);
  });

  it('finds ranges: from inclusive, to exclusive', async () => {
    const space = freshName('range');
    await put(space, { a: { acceptedAt: '2026-01-01T00:00:00.000Z' }, b: { acceptedAt: '2026-01-02T00:00:00.000Z' }, c: { acceptedAt: '2026-01-03T00:00:00.000Z' }, d: {} });
    const range = (from?: string, to?: string) => find(space, { where: { acceptedAt: { ...(from ? { from } : {}), ...(to ? { to } : {}) } } });
    expect(await range('2026-01-02T00:00:00.000Z')).toEqual(['b', 'c']);
    expect(await range(undefined, '2026-01-02T00:00:00.000Z')).toEqual(['a']);
    expect(await range('2026-01-01T00:00:00.000Z', '2026-01-03T00:00:00.000Z')).toEqual(['a', 'b']);
  });

  it('compares numbers as numbers', async () => {
    const collection = 'sessions';
    const subject = freshName('numbers');
    await documents().write([9, 10, 100].map((expiresAt) => ({ collection, id: `${subject}/${String(expiresAt).padStart(4, '0')}`, document: { subject, expiresAt } })));
    const found = await documents().find<{ expiresAt: number }>(collection, { where: { subject, expiresAt: { from: 10, to: 100 } }, limit: 10 });
    expect(found.map(({ document }) => document.expiresAt)).toEqual([10]);
  });

  it('pages by id in both directions without gap or repeat', async () => {
    const space = freshName('pages');
    const ids = Array.from({ length: 23 }, (_, at) => String(at).padStart(3, '0'));
    await put(space, Object.fromEntries(ids.map((id) => [id, { project: 'p' }])));
    for (const order of ['asc', 'desc'] as const) {
      const seen: string[] = [];
      for (let after: string | undefined; ;) {
        const page = await find(space, { where: { project: 'p' }, order, limit: 5, ...(after === undefined ? {} : { after: `${space}/${after}` }) });
        seen.push(...page);
        after = page.at(-1);
        if (page.length < 5) break;
      }
      expect(seen).toEqual(order === 'asc' ? ids : ids.toReversed());
    }
  });

  it('follows changes and removals', async () => {
    const space = freshName('changes');
    await put(space, { a: { hosts: ['x', 'y'], unpublished: true } });
    await put(space, { a: { hosts: ['y', 'z'] } });
    const seen = [await find(space, { where: { hosts: 'x' } }), await find(space, { where: { hosts: 'z' } }), await find(space, { where: { unpublished: true } })];
    expect(seen).toEqual([[], ['a'], []]);
    await documents().write([{ collection: 'actions', id: `${space}/a`, document: null }]);
    expect(await find(space, {})).toEqual([]);
  });

  it('finds every write that was acknowledged', async () => {
    const space = freshName('acknowledged');
    await Promise.all(Array.from({ length: 50 }, (_, at) => put(space, { [at]: { project: 'p' } })));
    expect(await find(space, { where: { project: 'p' } })).toHaveLength(50);
  });
}

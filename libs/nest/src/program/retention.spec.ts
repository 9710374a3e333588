import { describe, expect, it } from '@jest/globals';
import { MemoryDocuments, MemoryJournal } from '@edge/testing/world';
import { pruneActions, pruneDated } from './retention.js';

const day = 86_400_000;
const at = (daysAgo: number) => new Date(Date.UTC(2026, 0, 31) - daysAgo * day).toISOString();

describe('pruneActions', () => {
  it('removes ended actions that are too old, with what belongs to them, and nothing else', async () => {
    const [documents, journal] = [new MemoryDocuments(), new MemoryJournal()];
    const action = (id: string, daysAgo: number, ended: boolean) => ({ collection: 'actions', id, document: { id, acceptedAt: at(daysAgo), projection: { ended } } });
    await documents.write([action('old', 40, true), action('running', 40, false), action('young', 2, true)]);
    await documents.write(['old', 'young'].map((id) => ({ collection: 'line-tails', id: `${id}:stdout`, document: { action: id } })));
    for (const id of ['old', 'young']) await journal.append({ action: id, seq: 0, at: 0, writer: 'w', prev: '', hash: 'h', type: 'claim', owner: 'o' } as Parameters<typeof journal.append>[0]);
    expect(await pruneActions({ documents, journal }, Date.UTC(2026, 0, 1))).toBe(1);
    expect((await documents.find('actions', { limit: 10 })).map(({ id }) => id)).toEqual(['running', 'young']);
    expect((await documents.find('line-tails', { limit: 10 })).map(({ id }) => id)).toEqual(['young:stdout']);
    expect([await journal.read('old'), (await journal.read('young')).length]).toEqual([[], 1]);
  });
});

describe('pruneDated', () => {
  it('removes old events of other services and dead letters, but none that the bus could bring again', async () => {
    const documents = new MemoryDocuments();
    const dated = (collection: string, daysAgo: number) => ({ collection, id: `${collection}-${daysAgo}`, document: { at: at(daysAgo) } });
    await documents.write([...[2, 7, 9, 40].map((days) => dated('requests', days)), ...[2, 29, 31, 40].map((days) => dated('dead-letters', days))]);
    const now = Date.UTC(2026, 0, 31);
    const left = async () => [...(await documents.find('requests', { limit: 10 })), ...(await documents.find('dead-letters', { limit: 10 }))].map(({ id }) => id).sort();
    expect(await pruneDated(documents, { now, retentionMs: 35 * day })).toBe(2);
    expect(await pruneDated(documents, { now, retentionMs: 1 })).toBe(2);
    expect(await left()).toEqual(['dead-letters-2', 'dead-letters-29', 'requests-2', 'requests-7']);
  });
});

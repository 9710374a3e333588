import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { openSqlite } from './open-sqlite.js';

describe('writes that share a transaction', () => {
  it('are kept when one of them fails by itself, which leaves nothing behind', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'edge-sqlite-shared-'));
    const stores = await openSqlite({ folder });
    try {
      const { documents, journal } = stores;
      const seq = {} as unknown as number; // SQLite takes no objects
      const before = (await stores.stats()).edge;
      const outcomes = await Promise.allSettled([
        documents.write([{ collection: 'actions', id: 'a', document: { n: 1 } }]),
        journal.append({ action: 'x', seq, type: 'claim' } as never),
        documents.write([{ collection: 'actions', id: 'b', document: { n: 2 } }]),
      ]);
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      const { calls, commits } = (await stores.stats()).edge;
      expect({ calls: calls - before.calls, commits: commits - before.commits }).toEqual({ calls: 4, commits: 1 });
      expect([(await documents.get('actions', 'a'))?.document, (await documents.get('actions', 'b'))?.document, await journal.read('x')]).toEqual([{ n: 1 }, { n: 2 }, []]);
    } finally {
      await stores.close();
      rmSync(folder, { recursive: true });
    }
  });
});

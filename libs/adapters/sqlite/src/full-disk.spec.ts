import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@edge/contracts';
import { openSqlite, type SqliteStores } from './open-sqlite.js';

const temporary = (): string => mkdtempSync(join(tmpdir(), 'edge-full-'));

/** Writes documents until one is refused; answers the ids that were taken and the refusal. */
async function fill({ documents }: SqliteStores): Promise<{ taken: string[]; refusal: unknown }> {
  const taken: string[] = [];
  for (;;) {
    const id = `d${taken.length}`;
    try {
      await documents.write([{ collection: 'system', id, document: { text: 'x'.repeat(50_000) } }]);
      taken.push(id);
    } catch (refusal) {
      return { taken, refusal };
    }
  }
}

describe('a store at its size limit', () => {
  it('refuses writes by the error of a full disk, reads on, and takes writes again once something was removed', async () => {
    const folder = temporary();
    const stores = await openSqlite({ folder, maxBytes: 2_000_000 });
    const { taken, refusal } = await fill(stores);
    expect([refusal, taken.length > 5]).toEqual([expect.objectContaining({ code: 'store-full', status: 503 }), true]);
    expect((await stores.documents.find('system', { limit: 1000 })).map(({ id }) => id).toSorted((a, b) => a.localeCompare(b))).toEqual(taken.toSorted((a, b) => a.localeCompare(b)));
    const [read, written] = await Promise.allSettled([stores.documents.get('system', 'd0'), stores.documents.write([{ collection: 'system', id: 'more', document: { text: 'x'.repeat(90_000) } }])]);
    expect([read.status, written.status]).toEqual(['fulfilled', 'rejected']);
    await stores.documents.write(taken.slice(0, 12).map((id) => ({ collection: 'system', id, document: null })));
    await stores.documents.write([{ collection: 'system', id: 'again', document: { text: 'x'.repeat(50_000) } }]);
    expect(await stores.documents.health()).toEqual({ ok: true, detail: 'edge.db answers' });
    await stores.close();
    rmSync(folder, { recursive: true });
  }, 60_000);

  it('refuses log lines to be tried again', async () => {
    const folder = temporary();
    const stores = await openSqlite({ folder, maxBytes: 500_000 });
    const action = newId(Date.now());
    const batch = (n: number) => ({
      summaries: [], details: Array.from({ length: 200 }, (_, at) => ({
        id: `c${n}:stdout:${at}`, command_id: `c${n}`, stream: 'stdout' as const, offset: at, correlation_id: action, space: 's', project: 'p', type: 't', actor: 'a',
        at: '2026-01-01T00:00:00.000Z', host: 'h', step: 's', text: `some words of line ${at} of batch ${n}`, newline: true,
      })),
    });
    let taken = 0;
    const filling = async (): Promise<void> => { for (; taken < 1000; taken += 1) await stores.logIndex.index(batch(taken)); };
    await expect(filling()).rejects.toMatchObject({ code: 'store-full' });
    const seen = await stores.logIndex.search({ action, kind: 'detail', q: `batch ${taken - 1}`, limit: 1000 });
    expect(seen.hits.length).toBeGreaterThanOrEqual(200);
    expect((await stores.logIndex.search({ action, kind: 'detail', command: `c${taken}`, limit: 10 })).hits).toEqual([]);
    await stores.close();
    rmSync(folder, { recursive: true });
  }, 60_000);
});

const mounted = temporary();
const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', mounted]);
const onTmpfs = mount.status === 0 ? describe : describe.skip;

onTmpfs(mount.status === 0 ? 'a file system that is full' : 'a file system that is full (skipped: this user may not mount one)', () => {
  const ballast = join(mounted, 'ballast');
  beforeAll(() => writeFileSync(ballast, Buffer.alloc(12_000_000)));
  afterAll(() => {
    spawnSync('umount', [mounted]);
    rmSync(mounted, { recursive: true });
  });

  it('is told as store-full, holds what is there, and is overcome without a restart', async () => {
    const stores = await openSqlite({ folder: join(mounted, 'data') });
    const { taken, refusal } = await fill(stores);
    expect([refusal, taken.length > 5]).toEqual([expect.objectContaining({ code: 'store-full' }), true]);
    expect(await stores.documents.health()).toMatchObject({ ok: false });
    expect(await stores.documents.get('system', taken[0] ?? '')).toBeDefined();
    truncateSync(ballast, 0);
    await stores.documents.write([{ collection: 'system', id: 'after', document: { text: 'x'.repeat(50_000) } }]);
    expect(await stores.documents.health()).toMatchObject({ ok: true });
    await stores.close();
    const again = await openSqlite({ folder: join(mounted, 'data') });
    expect((await again.documents.find('system', { limit: 1000 })).map(({ id }) => id).toSorted((a, b) => a.localeCompare(b))).toEqual([...taken, 'after'].toSorted((a, b) => a.localeCompare(b)));
    await again.close();
  }, 60_000);
});

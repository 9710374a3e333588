import { afterAll, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@edge/contracts';
import { brokenRecord, foldAction, ScriptDrive } from '@edge/engine';
import { WorkerScriptHost } from '@edge/script-host';
import { corpus } from './corpus.js';

const entries = await corpus();
const host = new WorkerScriptHost({ threads: 1 });
afterAll(() => host.close());

describe('the replay corpus', () => {
  it('holds journals of every kind of end', () => {
    expect(new Set(entries.map(({ recorded }) => recorded.view.status))).toEqual(new Set(['completed', 'failed', 'cancelled']));
  });

  it.each(entries)('replays $file to the identical end', async ({ recorded: { document, records, view }, bundle }) => {
    expect(brokenRecord(records)).toBeUndefined();
    expect(foldAction(document, records)).toMatchObject(view as unknown as JsonObject);
    const drive = new ScriptDrive(host.run(bundle, { action: document.id, type: document.type, snapshot: document.snapshot as unknown as JsonObject }));
    expect(await drive.replay(records)).toEqual([]);
    expect(drive.end?.ok).toBe(view.status !== 'cancelled');
    drive.stop();
  });
});

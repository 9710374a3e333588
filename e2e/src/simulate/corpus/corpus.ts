import { readdir, readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import type { ActionDocument, ActionView, JournalRecord } from '@edge/contracts';
import type { ScriptBundle } from '@edge/ports';

/** A recorded action: what it was accepted on, its whole journal, the script that it is pinned to, and what it came to. `kit`: SHA-256 of the kit in `kits/`. */
export interface Recorded { about: string; document: ActionDocument; records: JournalRecord[]; script: Omit<ScriptBundle, 'kit'>; kit: string; view: ActionView }

const here = import.meta.dirname;

/** Everything that was ever recorded. Journals of former builds stay: every later build must come to the same ends. */
export async function corpus(folder = here): Promise<{ file: string; recorded: Recorded; bundle: ScriptBundle }[]> {
  const files = (await readdir(`${folder}/journals`)).sort();
  return Promise.all(files.map(async (file) => {
    const recorded = JSON.parse(gunzipSync(await readFile(`${folder}/journals/${file}`)).toString('utf8')) as Recorded;
    const kit = gunzipSync(await readFile(`${folder}/kits/${recorded.kit}.mjs.gz`)).toString('utf8');
    return { file, recorded, bundle: { ...recorded.script, kit } };
  }));
}

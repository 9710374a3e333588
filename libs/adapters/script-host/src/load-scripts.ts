import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { basename, join } from 'node:path';
import { errors } from '@edge/contracts';
import type { ScriptBundle } from '@edge/ports';

/** `blanked`: its types are gone already (the build writes `x.ts` as `x.ts.js`, since blanking takes longer than the rest of a start). */
export interface ScriptSource { file: string; text: string; blanked?: boolean }

/** Every script of the folders, one file each (`load-balanced.ts` is script `load-balanced`); a later folder's wins. `index`, specs and declarations are none. */
export async function loadScripts({ kit, folders }: { kit: string; folders: readonly string[] }): Promise<ScriptBundle[]> {
  const bundles = new Map<string, ScriptBundle>();
  for (const folder of folders) {
    for (const source of await sourcesOf(folder)) {
      const bundle = bundleScript(kit, source);
      bundles.set(bundle.name, bundle);
    }
  }
  return [...bundles.values()];
}

/** A script as it is pinned. Types are blanked, not compiled: lines and columns of errors are the author's. @throws EdgeError `invalid` for TypeScript that is more than types */
export function bundleScript(kit: string, { file, text, blanked }: ScriptSource): ScriptBundle {
  const source = /\.[cm]?ts$/.test(file) && !blanked ? withoutTypes(file, text) : text;
  const sha = createHash('sha256').update(kit).update('\0').update(file).update('\0').update(source).digest('hex');
  return { sha, name: basename(file).replace(/\.[cm]?[jt]s$/, ''), kit, source, file };
}

function withoutTypes(file: string, text: string): string {
  try {
    return stripTypeScriptTypes(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw errors.invalid(`Script ${file} cannot be read: ${why}`, [{ pointer: '/script', detail: why, remedy: 'Use TypeScript for types only: no enum, namespace or parameter property.' }]);
  }
}

async function sourcesOf(folder: string): Promise<ScriptSource[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    throw errors.invalid(`The folder of scripts ${folder} cannot be read: ${error.code}`, [{ pointer: '/EDGE_SCRIPTS', detail: String(error.code), remedy: 'Name a folder that is there and can be read.' }]);
  });
  const files = names.filter((name) => /^(?!index\.)[a-z0-9][a-z0-9._-]*\.m?[jt]s$/.test(name) && !/\.(spec|d)\.m?ts$/.test(name)).sort();
  return Promise.all(files.map(async (name) => ({ file: name.replace(/\.ts\.js$/, '.ts'), text: await readFile(join(folder, name), 'utf8'), blanked: name.endsWith('.ts.js') })));
}

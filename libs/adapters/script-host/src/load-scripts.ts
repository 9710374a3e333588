import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { basename, join } from 'node:path';
import { errors } from '@edge/contracts';
import type { RefusedScript, ScriptBundle } from '@edge/ports';

/** `blanked`: its types are gone already (the build writes `x.ts` as `x.ts.js`, since blanking takes longer than the rest of a start). */
export interface ScriptSource { file: string; text: string; blanked?: boolean }

/** Every script of the folders, one file each (`load-balanced.ts` is script `load-balanced`); a later folder's wins. `index`, specs and declarations are none. What cannot be read is left out and told. */
export async function loadScripts({ kit, folders }: { kit: string; folders: readonly string[] }): Promise<{ bundles: ScriptBundle[]; refused: RefusedScript[] }> {
  const bundles = new Map<string, ScriptBundle>();
  const refused: RefusedScript[] = [];
  for (const folder of folders) {
    for (const name of await scriptsIn(folder)) {
      try {
        const bundle = bundleScript(kit, await sourceOf(folder, name));
        bundles.set(bundle.name, bundle);
      } catch (error) {
        bundles.delete(nameOf(name)); // another of that name, which an earlier folder has, is not what was meant
        refused.push({ file: join(folder, name), why: error instanceof Error ? error.message : String(error) });
      }
    }
  }
  return { bundles: [...bundles.values()], refused };
}

/** A script as it is pinned. Types are blanked, not compiled: lines and columns of errors are the author's. @throws EdgeError `invalid` for TypeScript that is more than types */
export function bundleScript(kit: string, { file, text, blanked }: ScriptSource): ScriptBundle {
  const source = /\.[cm]?ts$/.test(file) && !blanked ? withoutTypes(file, text) : text;
  const sha = createHash('sha256').update(kit).update('\0').update(file).update('\0').update(source).digest('hex');
  return { sha, name: nameOf(file), kit, source, file };
}

function nameOf(file: string): string {
  return basename(file).replace(/(\.ts)?\.[cm]?[jt]s$/, '');
}

function withoutTypes(file: string, text: string): string {
  try {
    return stripTypeScriptTypes(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw errors.invalid(`Script ${file} cannot be read: ${why}`, [{ pointer: '/script', detail: why, remedy: 'Use TypeScript for types only: no enum, namespace or parameter property.' }]);
  }
}

async function scriptsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    throw errors.invalid(`The folder of scripts ${folder} cannot be read: ${error.code}`, [{ pointer: '/EDGE_SCRIPTS', detail: String(error.code), remedy: 'Name a folder that is there and can be read.' }]);
  });
  return names.filter((name) => /^(?!index\.)[a-z0-9][a-z0-9._-]*\.m?[jt]s$/.test(name) && !/\.(spec|d)\.m?ts$/.test(name)).sort();
}

async function sourceOf(folder: string, name: string): Promise<ScriptSource> {
  return { file: name.replace(/\.ts\.js$/, '.ts'), text: await readFile(join(folder, name), 'utf8'), blanked: name.endsWith('.ts.js') };
}

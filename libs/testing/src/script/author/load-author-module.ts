import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as script from '@edge/script';
import * as zod from 'zod';

const shared: Record<string, Record<string, unknown>> = { '@edge/script': { ...script }, zod: { ...zod, default: zod.z } };
const place = Symbol.for('edge.author-modules');
let hooked = false;

/**
 * The default export of an author's file, run in this process on the very `@edge/script` and `zod` of this program: no installation beside the
 * file is needed, and nothing else can be imported but files of the author's own.
 */
export async function loadAuthorModule(file: string): Promise<unknown> {
  if (!hooked) hook();
  hooked = true;
  if (!existsSync(file)) throw new Error(`There is no file ${file}.`);
  const module = await import(pathToFileURL(resolve(file)).href).catch((error: Error) => { throw atItsPlace(error); }) as { default?: unknown };
  if (module.default === undefined) throw new Error(`${file} has no default export.`);
  return module.default;
}

/** Of a mistake in a file, Node tells file and line in the stack alone. */
function atItsPlace(error: Error): Error {
  const place = /(?:file:\/\/)?(\/[^\s()]+\.m?[jt]s:\d+)/.exec(error.stack ?? '')?.[1];
  return place ? new Error(`${place}: ${error.message}`, { cause: error }) : error;
}

function hook(): void {
  Object.assign(globalThis, { [place]: shared });
  registerHooks({
    resolve: (specifier, context, next) => (shared[specifier] ? { url: `edge-author:${specifier}`, format: 'module', shortCircuit: true } : next(specifier, context)),
    load: (url, context, next) => (url.startsWith('edge-author:') ? { format: 'module', source: sourceOf(url.slice('edge-author:'.length)), shortCircuit: true } : next(url, context)),
  });
}

/** A module that hands on what this program has. */
function sourceOf(name: string): string {
  const names = Object.keys(shared[name]!).filter((each) => each !== 'default');
  return `const has = globalThis[Symbol.for('edge.author-modules')][${JSON.stringify(name)}];\n${names.map((each) => `const _${each} = has[${JSON.stringify(each)}];`).join('\n')}
export { ${names.map((each) => `_${each} as ${each}`).join(', ')} };
export default has.default;\n`;
}

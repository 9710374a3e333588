// Enforces layers.mjs over every source file: prints each import that its layer does not allow, exits 1 if there is one.
// Usage: node tools/src/layers/check-layers.mjs [root]
import { globSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { layers, readsEnvironment, spec } from './layers.mjs';

const matches = (list, name) => list === '*' || list.some((entry) => entry === '*' || entry === name || (entry.endsWith('/*') && name.startsWith(entry.slice(0, -1))));

function layerOf(file) {
  return Object.keys(layers).filter((folder) => file.startsWith(`${folder}/`)).sort((a, b) => b.length - a.length)[0];
}

function rightsOf(layer, file) {
  const inside = file.slice(layer.length + 1);
  const special = Object.keys(layers[layer].in ?? {}).filter((prefix) => inside === prefix || inside.startsWith(`${prefix}/`)).sort((a, b) => b.length - a.length)[0];
  const own = special ? layers[layer].in[special] : layers[layer];
  return /\.spec\.tsx?$/.test(file) ? [own, spec] : [own];
}

/** One import of one file: undefined if allowed, else the sentence. */
function refusal(file, layer, specifier) {
  const rights = rightsOf(layer, file);
  if (specifier.startsWith('.')) {
    const target = join(dirname(file), specifier);
    return target.startsWith(`${layer}/`) ? undefined : `reaches out of ${layer} by a relative path; import the package instead`;
  }
  if (specifier.startsWith('@edge/')) {
    const name = specifier.split('/')[1];
    if (`@edge/${name}` === ownName(layer)) return undefined;
    return rights.some((r) => matches(r.edge, name)) ? undefined : `${layer} may not import @edge/${name}`;
  }
  if (specifier.startsWith('node:')) return rights.some((r) => matches(r.node, specifier)) ? undefined : `${layer} may not import ${specifier}`;
  return rights.some((r) => matches(r.npm, specifier) || matches(r.npm, packageOf(specifier))) ? undefined : `${layer} may not import ${specifier}`;
}

const packageOf = (specifier) => specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
const ownName = (layer) => `@edge/${layer.split('/').at(-1)}`;

/** All refusals under a root: `file: sentence`. */
export function checkLayers(root) {
  const found = [];
  const files = globSync(['apps/*/src/**/*.{ts,tsx}', 'libs/*/src/**/*.ts', 'libs/adapters/*/src/**/*.ts', 'e2e/src/**/*.ts', 'bench/src/**/*.ts'], { cwd: root });
  for (const file of files) {
    const layer = layerOf(file);
    if (!layer) { found.push(`${file}: no row of the layer table covers it`); continue; }
    const text = readFileSync(join(root, file), 'utf8');
    for (const { fileName } of ts.preProcessFile(text, true, true).importedFiles) {
      const why = refusal(file, layer, fileName);
      if (why) found.push(`${file}: ${why}`);
    }
    if (/^(apps|libs)\//.test(file) && !readsEnvironment.test(file) && /\bprocess\s*\.\s*env\b/.test(text)) found.push(`${file}: only env.ts reads process.env`);
  }
  return found.sort();
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const root = resolve(process.argv[2] ?? fileURLToPath(new URL('../../..', import.meta.url)));
  const found = checkLayers(root);
  for (const line of found) console.error(line);
  console.log(found.length === 0 ? 'layers: every import is allowed' : `layers: ${found.length} not allowed (table: ${relative(root, fileURLToPath(new URL('layers.mjs', import.meta.url)))})`);
  process.exitCode = found.length === 0 ? 0 : 1;
}

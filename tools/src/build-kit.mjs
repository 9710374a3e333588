// Bundles what scripts are built on (@edge/script, the engine's kit, zod) into one ESM file. Scripts find it as '@edge/script' and 'zod'.
import { mkdirSync, writeFileSync } from 'node:fs';
import { rolldown } from 'rolldown';
import { root } from './node-24.mjs';

// Sentences in forty languages are half of zod; scripts speak English.
const englishOnly = {
  name: 'english-only',
  load: (id) => (/zod\/v4\/locales\/index\.js$/.test(id) ? "export { default as en } from './en.js';" : undefined),
};

/** What every pass over the sources has in common. */
const options = {
  cwd: root,
  platform: 'neutral',
  tsconfig: `${root}tsconfig.json`,
  resolve: { extensionAlias: { '.js': ['.ts', '.js'] }, conditionNames: ['import', 'default'] },
  logLevel: 'silent',
};

/** Our own names are written out: one that zod has too would belong to neither if both came by a star. */
async function entryText(dir) {
  const own = await Promise.all(['@edge/script', '@edge/engine/kit'].map(async (from, index) => `export { ${(await namesOf(from, `${dir}/names-${index}.ts`)).join(', ')} } from '${from}';`));
  return [...own, `export * from 'zod';`, `export { z as default } from 'zod';`, ''].join('\n');
}

async function namesOf(from, file) {
  writeFileSync(file, `export * from '${from}';\n`);
  const build = await rolldown({ ...options, input: file, external: ['zod'] });
  const { output: [{ exports }] } = await build.generate({ format: 'esm' });
  await build.close();
  return exports.sort();
}

/** Builds `.cache/kit/kit.js` and answers its path. The text is the same for the same sources: scripts are addressed by its hash. */
export async function buildKit() {
  const dir = `${root}.cache/kit`;
  mkdirSync(dir, { recursive: true });
  writeFileSync(`${dir}/entry.ts`, await entryText(dir));
  const build = await rolldown({ ...options, input: { kit: `${dir}/entry.ts` }, plugins: [englishOnly] });
  await build.write({ dir, format: 'esm', entryFileNames: 'kit.js', minify: true, keepNames: true });
  await build.close();
  return `${dir}/kit.js`;
}

if (process.argv[1]?.endsWith('build-kit.mjs')) console.log(await buildKit());

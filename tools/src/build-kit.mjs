// Bundles what scripts are built on (@edge/script, the engine's kit, zod) into one ESM file. Scripts find it as '@edge/script' and 'zod'.
import { mkdirSync, writeFileSync } from 'node:fs';
import { rolldown } from 'rolldown';
import { root } from './node-24.mjs';

const entry = `
export * from '@edge/script';
export * from '@edge/engine/kit';
export * from 'zod';
export { z as default } from 'zod';
`;

// Sentences in forty languages are half of zod; scripts speak English.
const englishOnly = {
  name: 'english-only',
  load: (id) => (/zod\/v4\/locales\/index\.js$/.test(id) ? "export { default as en } from './en.js';" : undefined),
};

/** Builds `.cache/kit/kit.js` and answers its path. The text is the same for the same sources: scripts are addressed by its hash. */
export async function buildKit() {
  const dir = `${root}.cache/kit`;
  mkdirSync(dir, { recursive: true });
  writeFileSync(`${dir}/entry.ts`, entry);
  const build = await rolldown({
    cwd: root,
    input: { kit: `${dir}/entry.ts` },
    platform: 'neutral',
    tsconfig: `${root}tsconfig.json`,
    resolve: { extensionAlias: { '.js': ['.ts', '.js'] }, conditionNames: ['import', 'default'] },
    plugins: [englishOnly],
    logLevel: 'silent',
  });
  await build.write({ dir, format: 'esm', entryFileNames: 'kit.js', minify: true, keepNames: true });
  await build.close();
  return `${dir}/kit.js`;
}

if (process.argv[1]?.endsWith('build-kit.mjs')) console.log(await buildKit());

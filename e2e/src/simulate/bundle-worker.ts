import { readFile } from 'node:fs/promises';
import { rolldown } from 'rolldown';
import type { Mutation } from './mutations.js';

export class DoesNotApply extends Error {
  override readonly name = 'DoesNotApply';
}

/** The simulator's worker as one file, of the product's sources as they are or with a mutation in them. @throws DoesNotApply */
export async function bundleWorker({ root, dir, name, mutation }: { root: string; dir: string; name: string; mutation?: Mutation }): Promise<string> {
  if (mutation) await demandThatItApplies(root, mutation);
  const build = await rolldown({
    cwd: root, input: { [name]: `${root}/e2e/src/simulate/worker.ts` }, platform: 'node', tsconfig: `${root}/tsconfig.json`, logLevel: 'silent',
    resolve: { extensionAlias: { '.js': ['.ts', '.js'] }, conditionNames: ['node', 'import', 'default'] },
    plugins: mutation ? [{ name: 'mutation', transform: (code: string, id: string) => mutated(code, id, mutation) }] : [],
  });
  await build.write({ dir, format: 'esm', entryFileNames: '[name].js', codeSplitting: false, keepNames: true });
  await build.close();
  return `${dir}/${name}.js`;
}

async function demandThatItApplies(root: string, { name, edits }: Mutation): Promise<void> {
  for (const { file, find } of edits) {
    const times = (await readFile(`${root}/${file}`, 'utf8')).split(find).length - 1;
    if (times !== 1) throw new DoesNotApply(`Mutation "${name}" does not apply: ${file} holds its text ${times} times.`);
  }
}

function mutated(code: string, id: string, { edits }: Mutation): string | undefined {
  const own = edits.filter(({ file }) => id.endsWith(file));
  return own.length === 0 ? undefined : own.reduce((text, { find, replace }) => text.replace(find, () => replace), code);
}

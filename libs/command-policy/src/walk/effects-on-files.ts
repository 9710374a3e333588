import { downloadTargets } from '../rules/downloads.js';
import { readOptions } from '../rules/options.js';
import { marks } from '../words/marks.js';
import { absolutePath } from '../words/paths.js';
import { remember } from './apply-redirects.js';
import type { Invocation } from './invoke.js';

/** Remembers what a command writes to files, so that running them later is judged by what is in them. */
export function effectsOnFiles({ name, args, scene, cwd }: Invocation): void {
  const at = (path: string) => absolutePath(path, cwd);
  if (/^(?:curl|wget|fetch|aria2c|axel|http|lwp-download)$/.test(name)) for (const target of downloadTargets({ name, args })) remember(at(target), [marks.network], { scene, append: false });
  if (name === 'tee' || name === 'sponge') for (const target of readOptions(args).operands) remember(at(target), scene.stdin, { scene, append: args.includes('-a') });
  if (name === 'cp' || name === 'mv' || name === 'install' || name === 'ln') copies(readOptions(args, 'mogtS').operands, { scene, at });
  if (name === 'dd') written(args.find((arg) => arg.startsWith('of='))?.slice(3));
  if (name === 'scp' || name === 'sftp') { const target = args.at(-1) ?? ''; if (!target.includes(':') && args.some((arg) => /^[\w.@-]+:/.test(arg))) remember(at(target), [marks.network], { scene, append: false }); }

  function written(path: string | undefined): void {
    const source = args.find((arg) => arg.startsWith('if='))?.slice(3);
    if (path !== undefined) remember(at(path), source ? (scene.files.get(at(source)) ?? [marks.output]) : scene.stdin, { scene, append: false });
  }
}

function copies(operands: string[], { scene, at }: { scene: Invocation['scene']; at: (path: string) => string }): void {
  const target = operands.at(-1) ?? '';
  for (const source of operands.slice(0, -1)) {
    const program = /^(?:\/usr)?(?:\/local)?\/s?bin\/([\w.-]+)$/.exec(at(source))?.[1];
    const known = scene.files.get(at(source)) ?? (program ? [`${program} "$@"`] : undefined);
    if (!known) continue;
    remember(at(target), known, { scene, append: false });
    remember(at(`${target}/${source.split('/').at(-1) ?? ''}`), known, { scene, append: false });
  }
}

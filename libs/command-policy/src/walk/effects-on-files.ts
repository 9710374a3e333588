import { downloadTargets } from '../rules/downloads.js';
import { type Options, readOptions } from '../rules/options.js';
import { hasHole, marks } from '../words/marks.js';
import { linkTarget } from '../words/links.js';
import { absolutePath } from '../words/paths.js';
import { remember } from './apply-redirects.js';
import type { Invocation } from './invoke.js';
import { spend } from './scene.js';

/** Remembers what a command writes to files, so that running them later is judged by what is in them. */
export function effectsOnFiles({ name, args, scene, cwd }: Invocation): void {
  const at = (path: string) => absolutePath(path, cwd);
  if (/^(?:curl|wget|fetch|aria2c|axel|http|lwp-download)$/.test(name)) for (const target of downloadTargets({ name, args })) remember(at(target), [marks.network], { scene, append: false });
  if (name === 'tee' || name === 'sponge') for (const target of readOptions(args).operands) remember(at(target), scene.stdin, { scene, append: args.includes('-a') });
  if (name === 'cp' || name === 'mv' || name === 'install' || name === 'ln') copies(readOptions(args, 'mogtS').operands, { scene, at });
  if (name === 'ln' || (name === 'cp' && args.some((arg) => /^-\w*[sl]/.test(arg)))) linked(readOptions(args, 'tS'), { scene, at });
  if (name === 'rm' || name === 'unlink') for (const gone of readOptions(args).operands) scene.links.delete(at(gone));
  if (name === 'mv') { const [from, to] = readOptions(args, 'tS').operands.map(at); const target = from === undefined ? undefined : scene.links.get(from); if (target !== undefined && to !== undefined) scene.links.set(to, target); }
  if (name === 'dd') written(args.find((arg) => arg.startsWith('of='))?.slice(3));
  if (name === 'scp' || name === 'sftp') { const target = args.at(-1) ?? ''; if (!target.includes(':') && args.some((arg) => /^[\w.@-]+:/.test(arg))) remember(at(target), [marks.network], { scene, append: false }); }

  function written(path: string | undefined): void {
    const source = args.find((arg) => arg.startsWith('if='))?.slice(3);
    if (path !== undefined) remember(at(path), source ? (scene.files.get(at(source)) ?? [marks.output]) : scene.stdin, { scene, append: false });
  }
}

/** `ln [-s] target… link`: the link itself, and the link in the folder of that name. */
function linked({ operands, values }: Options, { scene, at }: { scene: Invocation['scene']; at: (path: string) => string }): void {
  const folder = values.get('t');
  const targets = folder === undefined && operands.length > 1 ? operands.slice(0, -1) : operands;
  const place = at(folder ?? (operands.length > 1 ? operands.at(-1) ?? '.' : '.'));
  spend(scene, 4);
  for (const target of targets.slice(0, 8)) {
    const inside = `${place === '/' ? '' : place}/${target.split('/').filter(Boolean).at(-1) ?? ''}`;
    for (const link of operands.length > 1 && folder === undefined ? [place, inside] : [inside]) {
      const leads = linkTarget(target, link);
      if (scene.links.size < 64 && !hasHole(target) && leads !== link && !leads.startsWith(`${link}/`)) scene.links.set(link, leads);
    }
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

import type { ParsedScript, WordPart } from 'unbash';
import { expandText, type Walker } from '../words/expand-word.js';
import { marks } from '../words/marks.js';
import { absolutePath } from '../words/paths.js';
import { scanParts } from './scan-parts.js';
import { deny, forkScene, report, type Scene } from './scene.js';
import { walkList } from './walk.js';

/** How words get the output of the commands inside them. */
export const walker: Walker = {
  substitute(scene, part) {
    if (part.type !== 'CommandExpansion') { scanParts(part, scene, walker); return [marks.name]; }
    if (!part.script) return [marks.output];
    const read = readsFile(part.script, scene);
    if (read) return read.map((text) => text.replace(/\n+$/, ''));
    return runScript(part.script, scene).map((text) => text.replace(/\n+$/, ''));
  },
  process(scene, part) {
    const path = `/dev/fd/${scene.files.size + 10}`;
    const inner: Scene = part.type === 'ProcessSubstitution' && part.operator === '>' ? { ...scene, stdin: [marks.output] } : scene;
    const printed = part.type === 'ProcessSubstitution' && part.script ? runScript(part.script, inner) : [marks.output];
    scene.files.set(path, printed);
    return path;
  },
  script(scene, script) { runScript(script, scene); },
};

/** `$(< file)`: what is in the file. */
function readsFile({ commands: [only, ...more] }: ParsedScript, scene: Scene): string[] | undefined {
  const command = only?.command;
  const redirect = command?.type === 'Command' && !command.name && more.length === 0 ? command.redirects[0] : undefined;
  if (redirect?.type !== 'Redirect' || redirect.operator !== '<' || !redirect.target) return undefined;
  return expandText(redirect.target, scene, walker).flatMap((path) => scene.files.get(absolutePath(path, scene.cwd[0] ?? '/')) ?? [marks.output]);
}

/** Parts that are scripts of their own carry their own errors, and positions of their own. */
function runScript(script: ParsedScript, scene: Scene): string[] {
  if (script.errors?.length) { report(scene, deny('parse-error', script.errors[0]?.message ?? 'A part of the command cannot be read.')); return [marks.output]; }
  const { shared } = scene;
  const { span } = shared;
  shared.nested += 1;
  const printed = walkList(script.commands, { ...forkScene(scene), depth: scene.depth + 1 });
  shared.nested -= 1;
  shared.span = span;
  return printed;
}

export type { WordPart };

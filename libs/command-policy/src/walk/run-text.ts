import { parse } from 'unbash';
import { asCode, hasHole, isFromNetwork, marks } from '../words/marks.js';
import { approve, deny, limits, mayGoOn, report, type Scene, spend } from './scene.js';
import { walkList } from './walk.js';

/** How text became code: names the rule when the text is not known. */
export interface Origin { rule: string; detail: string; /** Code that stays unknown after a person looked at it. */ strict?: boolean }

/** Follows text as a shell would run it. Answers what it may print. */
export function runText(texts: readonly string[], scene: Scene, origin: Origin): string[] {
  const printed = new Set<string>();
  for (const text of texts) for (const line of runOne(text, scene, origin)) printed.add(line);
  return printed.size <= limits.alternatives ? [...printed] : [marks.output];
}

function runOne(text: string, scene: Scene, origin: Origin): string[] {
  if (!mayGoOn(scene)) return [marks.output];
  if (isFromNetwork(text)) { report(scene, deny(origin.rule, `${origin.detail} It comes from the network.`)); return [marks.network]; }
  if (hasHole(text)) report(scene, unknownCode(text, origin));
  spend(scene, text.length / 32);
  if (!mayGoOn(scene)) return [marks.output];
  const code = asCode(text);
  const script = parse(code);
  if (script.errors?.length) { report(scene, deny('parse-error', `${origin.detail} It cannot be read: ${script.errors[0]?.message ?? ''}`)); return [marks.output]; }
  const { shared } = scene;
  const { span } = shared;
  shared.nested += 1;
  const before = scene.depth;
  scene.depth += 1;
  const printed = walkList(script.commands, scene);
  scene.depth = before;
  shared.nested -= 1;
  shared.span = span;
  return printed;
}

/** Unknown words in known code may be looked at by a person; code that is unknown as a whole may not run. */
function unknownCode(text: string, { rule, detail, strict }: Origin) {
  const beginsUnknown = /(?:^|[;&|(\n`])\s*[\uE000-\uE003]/.test(text);
  return strict || beginsUnknown ? deny(rule, `${detail} What it runs is not known.`) : approve(rule, `${detail} Parts of it are not known.`);
}

import { forEachChild, type SyntaxNode } from 'unbash';
import type { Walker } from '../words/expand-word.js';
import { deny, mayGoOn, report, type Scene } from './scene.js';

const deepest = 200;

/** Follows the commands hidden in arithmetic and other places whose value nobody needs. */
export function scanParts(node: SyntaxNode, scene: Scene, walker: Walker, depth = 0): void {
  if (depth > deepest || !mayGoOn(scene)) { report(scene, deny('too-complex', 'An expression is nested too deeply to be followed.')); return; }
  forEachChild(node, (child) => {
    if (child.type === 'CommandExpansion') walker.substitute(scene, child);
    else if (child.type !== 'Script') scanParts(child, scene, walker, depth + 1);
    else walker.script(scene, child);
  });
}

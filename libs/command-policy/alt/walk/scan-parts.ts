import { forEachChild, type SyntaxNode } from 'unbash';
import type { Walker } from '../words/expand-word.js';
import type { Scene } from './scene.js';

/** Follows the commands hidden in arithmetic and other places whose value nobody needs. */
export function scanParts(node: SyntaxNode, scene: Scene, walker: Walker): void {
  forEachChild(node, (child) => {
    if (child.type === 'CommandExpansion') walker.substitute(scene, child);
    else if (child.type !== 'Script') scanParts(child, scene, walker);
    else walker.script(scene, child);
  });
}

import { forEachChild, type SyntaxNode } from 'unbash';

/** A function that starts itself in a pipeline or in the background. */
export function isForkBomb(name: string, body: SyntaxNode): boolean {
  return spawns(body, { name, spawning: false, depth: 0 });
}

function spawns(node: SyntaxNode, at: { name: string; spawning: boolean; depth: number }): boolean {
  if (at.depth > 40) return false;
  const spawning = at.spawning || (node.type === 'Pipeline' && node.commands.length > 1) || (node.type === 'Statement' && node.background === true);
  if (node.type === 'Command' && node.name?.value === at.name) return spawning;
  let found = false;
  forEachChild(node, (child) => { found ||= spawns(child, { ...at, spawning, depth: at.depth + 1 }); });
  return found;
}

import { runText } from './run-text.js';
import { forkScene, type Scene } from './scene.js';

/** Runs one shell; when it ends, the traps it set run with what it knows, and those that they set. */
export function withTraps(scene: Scene, run: (scene: Scene) => string[]): string[] {
  const { traps } = scene.shared;
  const before = traps.length;
  const printed = run(scene);
  const done = new Set<string>();
  const after = forkScene(scene);
  while (traps.length > before) {
    const trap = traps.pop() ?? '';
    if (!done.has(trap)) runText([trap], after, { rule: 'shell-c-dynamic', detail: 'A trap runs this text.' });
    done.add(trap);
  }
  return printed;
}

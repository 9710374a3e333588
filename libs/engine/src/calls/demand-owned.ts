import type { CallScope } from './call-scope.js';

/** An answer that took longer is old: whoever asked may have stood still. */
const soonMs = 2_000;

/**
 * Whoever stood still may have been given up meanwhile, and another went on: before something lasting is changed the journal is asked once more, and
 * anew if that took long. @throws when the action is somebody else's
 */
export async function demandOwned({ clock, owned, action }: CallScope): Promise<void> {
  for (;;) {
    const asked = clock.now();
    if (!(await owned())) throw new Error(`Another program goes on with ${action.id}.`);
    if (clock.now() - asked <= soonMs) return;
  }
}

import type { RuntimeDeps } from './runtime-deps.js';

const firstWaitMs = 100;
const longestWaitMs = 5_000;

export interface Persistence { deps: Pick<RuntimeDeps, 'clock' | 'note'>; action: string; /** What is tried, in words: "the bus does not take records". */ fails: string; /** True: it is nobody's business any more. */ over: () => boolean }

/** Tries again, for as long as it takes, what cannot be left undone: the store or the bus is away for a while. @throws Released when it is over */
export async function persistently<T>(attempt: () => Promise<T>, { deps, action, fails, over }: Persistence): Promise<T> {
  for (let wait = firstWaitMs; ; wait = Math.min(wait * 2, longestWaitMs)) {
    if (over()) throw new Released();
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof Fenced || error instanceof Released) throw error;
      deps.note({ action, error: String(error) }, `${fails}; trying again`);
    }
    await new Promise<void>((resolve) => { deps.clock.at(deps.clock.now() + wait, resolve); });
  }
}

/** Somebody else owns the action now: stop, send nothing more. */
export class Fenced extends Error {
  override readonly name = 'Fenced';
}

/** The action was let go here; somebody else goes on with it. */
export class Released extends Error {
  override readonly name = 'Released';
}

import type { Clock } from '@edge/ports';

/** Tries again after a delay, at most so often; the last rejection comes out. */
export async function again<T>(work: () => Promise<T>, { clock, attempts, delayMs }: { clock: Clock; attempts: number; delayMs: number }): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= attempts) throw error;
      await new Promise<void>((resolve) => { clock.at(clock.now() + delayMs, resolve); });
    }
  }
}

import type { Clock } from '@edge/ports';
import type { DispatchRetries } from './dispatcher-options.js';

/** The pause after so many failures in a row. */
export function pauseMs(failures: number, { firstMs, longestMs }: Pick<DispatchRetries, 'firstMs' | 'longestMs'>): number {
  return Math.min(longestMs, firstMs * 2 ** Math.min(failures - 1, 30));
}

/** Resolves after the time, or at once when the signal is or gets aborted. */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = (): void => {
      callOff();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const callOff = clock.at(clock.now() + ms, end);
    signal.addEventListener('abort', end);
  });
}

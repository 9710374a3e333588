import type { Clock } from '@edge/ports';

/** @throws Error that says `late` when the work has not ended by `until` */
export async function inTime<T>(work: Promise<T>, { clock, until, late }: { clock: Clock; until: number; late: string }): Promise<T> {
  let stop = (): void => undefined;
  const over = new Promise<never>((_resolve, reject) => { stop = clock.at(until, () => reject(new Error(late))); });
  try {
    return await Promise.race([work, over]);
  } finally {
    stop();
  }
}

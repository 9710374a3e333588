import { Clock } from '@edge/ports';

/** A single timer of Node holds 24.8 days. */
const LONGEST_MS = 2 ** 31 - 1;

/** The time of the machine. */
export class SystemClock extends Clock {
  override now(): number {
    return Date.now();
  }

  override at(timeMs: number, call: () => void): () => void {
    let timer: NodeJS.Timeout;
    const wait = (): void => {
      const left = timeMs - Date.now();
      timer = left > LONGEST_MS ? setTimeout(wait, LONGEST_MS) : setTimeout(call, Math.max(0, left));
    };
    wait();
    return () => clearTimeout(timer);
  }
}

import { errors } from '@edge/contracts';
import type { Clock } from '@edge/ports';

/** Who asks waits no longer for a bus that is away. */
const waitMs = 15_000;

interface Sending {
  clock: Clock;
  /** In the middle of a sentence: `this cancel`. */
  what: string;
  /** Where one sees whether it arrived: `the action`. */
  look: string;
  /** Hears of a failure that nobody waits for any more. */
  note(facts: Record<string, unknown>, text: string): void;
}

/** What the sending comes to, if it comes to anything soon. What does not goes on all the same. @throws EdgeError `unavailable` */
export function onBusSoon<T>(sending: Promise<T>, { clock, what, look, note }: Sending): Promise<T> {
  return new Promise((resolve, reject) => {
    let late = false;
    const callOff = clock.at(clock.now() + waitMs, () => {
      late = true;
      reject(errors.unavailable(`The bus does not take ${what} now. It may still arrive: look at ${look}, and ask again where nothing has changed.`));
    });
    sending.then((value) => {
      callOff();
      resolve(value);
    }, (error: unknown) => {
      callOff();
      if (late) note({ error: String(error) }, `${what} did not get onto the bus, and who asked was told that it may not`);
      else reject(error as Error);
    });
  });
}

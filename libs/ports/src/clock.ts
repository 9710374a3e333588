/** Time, handed in: the simulator runs on a virtual one. */
export abstract class Clock {
  /** Milliseconds since the epoch. */
  abstract now(): number;
  /** Calls once, at or after the time; answers how to call it off. */
  abstract at(timeMs: number, call: () => void): () => void;
}

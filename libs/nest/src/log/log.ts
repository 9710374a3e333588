/** Structured logs: facts first, then one short sentence. `log.info({ host }, 'command finished')`. */
export abstract class Log {
  abstract debug(facts: object, text: string): void;
  abstract info(facts: object, text: string): void;
  abstract warn(facts: object, text: string): void;
  abstract error(facts: object, text: string): void;
  /** The same log with these facts in every line. */
  abstract child(facts: Record<string, unknown>): Log;
}

import { afterAll, beforeAll, describe } from '@jest/globals';

/** Opens a store for a whole suite. Data of other suites may lie in it: the contracts use names of their own. */
export type Factory<T> = () => Promise<{ store: T; dispose(): Promise<void> }>;

/** `unavailable`: the sentence why the engine is missing on this machine; the suite then reports itself skipped. */
export interface ContractOptions { unavailable?: string | undefined }

/** A contract's suite: `tests` get a function that answers the open store. */
export function contractSuite<T>(title: string, make: Factory<T>, { options, tests }: { options: ContractOptions; tests: (store: () => T) => void }): void {
  const suite = options.unavailable ? describe.skip : describe;
  suite(options.unavailable ? `${title} (skipped: ${options.unavailable})` : title, () => {
    let made: Awaited<ReturnType<Factory<T>>> | undefined;
    beforeAll(async () => { made = await make(); }, 120_000);
    afterAll(async () => made?.dispose(), 60_000);
    tests(() => {
      if (!made) throw new Error('The store was not opened.');
      return made.store;
    });
  });
}

let last = 0;

/** A name that no other test uses, nor an earlier run against the same engine. */
export function freshName(prefix: string): string {
  last += 1;
  return `${prefix}-${Date.now().toString(36)}-${process.pid}-${last}`;
}

/** A call by name. Those that write run inside the batch's transaction; others also answer while nothing can be written. */
export interface Operation {
  writes: boolean;
  run(args: never): unknown;
}

export type Operations = Record<string, Operation>;

export const reads = <A>(run: (args: A) => unknown): Operation => ({ writes: false, run });
export const writes = <A>(run: (args: A) => unknown): Operation => ({ writes: true, run });

/** How this executor calls itself in results and lists: unique per process. */
export class ExecutorIdentity {
  constructor(readonly name: string) {}
}

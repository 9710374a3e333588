import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';

/** How this executor calls itself in results and lists: unique per process. */
export class ExecutorIdentity {
  constructor(readonly name: string) {}

  /** Containers may share host name and process id. */
  static ofProcess(): ExecutorIdentity {
    return new ExecutorIdentity(`${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`);
  }
}

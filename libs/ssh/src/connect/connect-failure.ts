import type { Cause } from '@edge/contracts';

/** No connection came about; nothing was sent. Inside the library only: callers get a `HostResult`. */
export class ConnectFailure extends Error {
  constructor(override readonly cause: Cause, readonly detail: string) {
    super(detail);
  }
}

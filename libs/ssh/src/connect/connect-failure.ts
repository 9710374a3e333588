import type { Cause } from '@edge/contracts';

/** No connection came about; nothing was sent. Inside the library only: callers get a `HostResult`. */
export class ConnectFailure extends Error {
  /** `passing`: asking again at once may help. */
  constructor(override readonly cause: Cause, readonly detail: string, readonly passing = false) {
    super(detail);
  }
}

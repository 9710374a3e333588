import { BaseRpcContext } from '@nestjs/microservices';
import type { DispatchContext } from '@edge/engine';
import type { DeliveredRecord } from '@edge/ports';

/** Where a message came from, for `@Ctx()`. */
export class EdgeContext extends BaseRpcContext<[DeliveredRecord, DispatchContext]> {
  get record(): DeliveredRecord {
    return this.args[0];
  }

  get key(): string {
    return this.record.key;
  }

  /** From 1. */
  get attempt(): number {
    return this.args[1].attempt;
  }

  /** Aborted when the record is no longer ours: what the handler still does then counts for nothing. */
  get signal(): AbortSignal {
    return this.args[1].signal;
  }
}

import { type ExecutorReport, ExecutorWatch } from '@edge/ports';
import type { ServiceClient } from './service-client.js';

/** What an executor tells of itself, told to the config service. */
export class HttpExecutorWatch extends ExecutorWatch {
  constructor(private readonly config: ServiceClient) {
    super();
  }

  override async heard(report: ExecutorReport): Promise<{ drain: boolean }> {
    return this.config.ask('executors/heard', report);
  }
}

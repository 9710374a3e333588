import { EdgeError, type HostResult } from '@edge/contracts';
import { HostReach, type ShellHost, type ShownKeys } from '@edge/ports';
import type { ServiceClient } from './service-client.js';

/** Hosts, as an executor reaches them. */
export class HttpHostReach extends HostReach {
  constructor(private readonly executor: ServiceClient) {
    super();
  }

  async offeredKeys(host: Omit<ShellHost, 'keys'>): Promise<ShownKeys> {
    try {
      return await this.executor.ask('hosts/offered-keys', { host });
    } catch (error) {
      if (error instanceof EdgeError) return { offered: [], problem: error.detail };
      throw error;
    }
  }

  check(host: ShellHost): Promise<HostResult> {
    return this.executor.ask('hosts/check', { host });
  }

  clean(host: ShellHost): Promise<HostResult> {
    return this.executor.ask('hosts/clean', { host });
  }
}

import { type HostKeyChange, HostKeyWatch } from '@edge/ports';
import type { ServiceClient } from './service-client.js';

/** Changed host keys, told to the config service. */
export class HttpHostKeyWatch extends HostKeyWatch {
  constructor(private readonly config: ServiceClient) {
    super();
  }

  async changed(change: HostKeyChange): Promise<void> {
    await this.config.ask('host-keys/changed', change);
  }
}

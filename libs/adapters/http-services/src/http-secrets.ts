import { Secrets } from '@edge/ports';
import type { ServiceClient } from './service-client.js';

/** Secrets, decrypted by the config service. */
export class HttpSecrets extends Secrets {
  constructor(private readonly config: ServiceClient) {
    super();
  }

  async values(space: string, names: string[]): Promise<Record<string, string>> {
    return names.length === 0 ? {} : this.config.ask('secrets/values', { space, names });
  }
}

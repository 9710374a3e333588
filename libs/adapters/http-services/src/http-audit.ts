import { Audit, type AuditEntry } from '@edge/ports';
import type { ServiceClient } from './service-client.js';

/** The audit, kept by the acl service. An entry whose answer got lost is sent again: it may be there twice, never not at all. */
export class HttpAudit extends Audit {
  constructor(private readonly acl: ServiceClient) {
    super();
  }

  async write(entry: AuditEntry): Promise<void> {
    await this.acl.ask('audit/write', entry);
  }
}

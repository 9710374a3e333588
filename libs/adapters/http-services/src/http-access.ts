import type { Caller } from '@edge/contracts';
import { Access, type AccessAnswer, type AccessQuestion } from '@edge/ports';
import type { ServiceClient } from './service-client.js';

/** The acl service, asked over HTTP. No answer is no permission: EdgeError `unavailable`. */
export class HttpAccess extends Access {
  constructor(private readonly acl: ServiceClient) {
    super();
  }

  authenticate(credential: { bearer?: string; cookie?: string }): Promise<Caller | undefined> {
    return this.acl.ask('access/authenticate', credential);
  }

  may(question: AccessQuestion): Promise<AccessAnswer> {
    return this.acl.ask('access/may', question);
  }

  visibleSpaces(subject: string): Promise<'all' | string[]> {
    return this.acl.ask('access/visible-spaces', { subject });
  }
}

import { Injectable } from '@nestjs/common';
import { type Caller, errors, type Permission } from '@edge/contracts';
import { Access, type AccessQuestion } from '@edge/ports';

export type PermitQuestion = Omit<AccessQuestion, 'subject'>;

/** What handlers ask when the route table alone cannot decide. */
@Injectable()
export class Permits {
  constructor(private readonly access: Access) {}

  async may(caller: Caller, question: PermitQuestion): Promise<boolean> {
    return (await this.access.may({ subject: caller.subject, ...question })).allowed;
  }

  /** Passes, or throws: `forbidden` with the missing grant by name; `not-found` where the caller may not even know of the space. */
  async require(caller: Caller, question: PermitQuestion): Promise<void> {
    if (await this.may(caller, question)) return;
    const { space, project } = question;
    if (space !== undefined && !(await this.may(caller, { permission: 'see', space, ...(project ? { project } : {}) }))) throw errors.notFound(`space "${space}"`);
    throw errors.forbidden(grantName(question));
  }

  /** Each configuration key needs its grant: `version` that of deployers, any other that of admins. */
  async requireKeys(caller: Caller, { space, project, keys }: { space: string; project: string; keys: string[] }): Promise<void> {
    for (const key of keys) await this.require(caller, { permission: key === 'version' ? 'set-version' : 'configure', space, project, keys: [key] });
  }

  visibleSpaces(caller: Caller): Promise<'all' | string[]> {
    return this.access.visibleSpaces(caller.subject);
  }
}

/** `deploy on hotels/booking` */
export function grantName({ permission, space, project, keys }: { permission: Permission; space?: string; project?: string; keys?: string[] }): string {
  const where = space === undefined ? 'everywhere' : `on ${space}${project ? `/${project}` : ''}`;
  return `${permission}${keys?.length ? ` of ${keys.join(', ')}` : ''} ${where}`;
}

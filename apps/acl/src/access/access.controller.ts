import { Body, Controller } from '@nestjs/common';
import { type Caller, errors, type Permission, permissionForType, roles, type SpaceDocument } from '@edge/contracts';
import type { ConfigurationRecord } from '@edge/contracts';
import { AccessCheckBody } from '@edge/contracts/messages';
import { CallerOf, Handles, Permits } from '@edge/nest';
import { type AccessAnswer, Documents } from '@edge/ports';
import { AclService } from '../acl.service.js';

interface MySpace { name: string; title?: string; color?: string; running: number }

const permissions = new Set<string>([...Object.values(roles).flat(), 'signed-in']);

@Controller()
export class AccessController {
  constructor(private readonly acl: AclService, private readonly permits: Permits, private readonly documents: Documents) {}

  @Handles('showMe')
  async me(@CallerOf() { subject, name }: Caller): Promise<object> {
    const grants = await this.acl.grantsOf(subject);
    const shown = grants.map(({ role, space, project, types, keys, by }) => ({ role, ...(space ? { space } : {}), ...(project ? { project } : {}), ...(types ? { types } : {}), ...(keys ? { keys } : {}), by }));
    return { subject, name, spaces: await this.spaces(await this.acl.visibleSpaces(subject)), grants: shown };
  }

  /** Of oneself anybody may ask; of somebody else only who manages grants there. */
  @Handles('checkAccess')
  async check(@Body() body: AccessCheckBody, @CallerOf() caller: Caller): Promise<AccessAnswer> {
    const { subject = caller.subject, permission, space, project, keys } = body;
    if (subject !== caller.subject) await this.permits.require(caller, space === undefined ? { permission: 'manage-platform' } : { permission: 'manage-grants', space, ...(project ? { project } : {}) });
    if (project && !space) throw errors.invalidField('/project', 'A project needs its space.', 'Name the space.');
    const asked = permissions.has(permission) ? { permission: permission as Permission, ...(permission === 'restart' || permission === 'deploy' ? { type: permission } : {}) } : { permission: permissionForType(permission), type: permission };
    return this.acl.may({ subject, ...asked, ...(space ? { space } : {}), ...(project ? { project } : {}), ...(keys ? { keys } : {}) });
  }

  private async spaces(visible: 'all' | string[]): Promise<MySpace[]> {
    const found = await this.documents.find<ConfigurationRecord<'Space'>>('configuration', { where: { kind: 'Space' }, limit: 1_000 });
    const mine = found.map(({ document }) => document.document as SpaceDocument).filter(({ name }) => visible === 'all' || visible.includes(name));
    return Promise.all(mine.map(async ({ name, title, color }) => ({ name, ...(title ? { title } : {}), ...(color ? { color } : {}), running: await this.running(name) })));
  }

  private async running(space: string): Promise<number> {
    return (await this.documents.find('actions', { where: { space, 'projection.ended': false }, limit: 1_000 })).length;
  }
}

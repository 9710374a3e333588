import { type Caller, errors, permissionForType } from '@edge/contracts';
import type { StartActionBody } from '@edge/contracts/messages';
import type { Access } from '@edge/ports';

/**
 * May she start this? The type's permission, and for every configuration key that the request sets a grant of its own
 * (`set-version` for `version`, `configure` for the others). To break a freeze she must administer the space.
 */
export async function checkStart(access: Access, asked: { space: string; project: string; type: string; body: StartActionBody; caller: Caller }): Promise<void> {
  const { space, project, type, body, caller } = asked;
  const scope = { subject: caller.subject, space, project, type };
  await demand(access, { ...scope, permission: permissionForType(type) });
  if (body.override_freeze !== undefined) await demand(access, { ...scope, permission: 'manage-grants' });
  if (body.on_busy === 'cancel-and-run') await demand(access, { ...scope, permission: 'control' });
  const keys = Object.keys(body.config ?? {}).filter((key) => key !== 'version');
  if (keys.length > 0) await demand(access, { ...scope, permission: 'configure', keys });
  if (body.version !== undefined || body.config?.version !== undefined) await demand(access, { ...scope, permission: type === 'rollback' ? 'deploy' : 'set-version', keys: ['version'] });
}

async function demand(access: Access, question: Parameters<Access['may']>[0]): Promise<void> {
  const answer = await access.may(question);
  if (!answer.allowed) throw errors.forbidden(`${question.permission} on ${question.space}/${question.project}${question.keys ? ` for ${question.keys.join(', ')}` : ''}`);
}

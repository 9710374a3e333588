import { type Documents as Kinds, errors, type Kind } from '@edge/contracts';
import type { Documents } from '@edge/ports';
import type { ConfigurationView } from '../store/configuration-view.js';

/** Passes if nothing needs the document any more. `view` is the configuration as it would be. @throws EdgeError `conflict` that names who needs it */
export async function demandUnused(kind: Kind, document: Kinds[Kind], { view, documents }: { view: ConfigurationView; documents: Documents }): Promise<void> {
  const { name = '', space = '' } = document as { name?: string; space?: string };
  if (kind === 'Space') demandNone(`Space "${name}"`, (await view.all('Project', { space: name })).map((project) => `project ${name}/${project.name}`));
  if (kind === 'Environment') demandNone(`Environment "${name}"`, (await view.all('Project', { environment: name })).map((project) => `project ${project.space}/${project.name}`));
  if (kind === 'Project') demandNone(`Project "${space}/${name}"`, (await unfinished(documents, { space, project: name })).map((id) => `action ${id}`));
  if (kind === 'Host') demandNone(`Host "${name}"`, (await unfinished(documents, { hosts: name })).map((id) => `action ${id}`));
  if (kind === 'Grant' && !(await view.all('Grant')).some((grant) => grant.role === 'superuser' && grant.space === undefined)) throw errors.inUse('The last grant of a superuser', 'the installation itself');
}

function demandNone(what: string, users: string[]): void {
  if (users.length > 0) throw errors.inUse(what, users.slice(0, 5).join(', ') + (users.length > 5 ? ` and ${users.length - 5} more` : ''));
}

async function unfinished(documents: Documents, where: Record<string, string>): Promise<string[]> {
  return (await documents.find('actions', { where: { ...where, 'projection.ended': false }, limit: 10 })).map(({ id }) => id);
}

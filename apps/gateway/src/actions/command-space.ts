import { Injectable } from '@nestjs/common';
import { type Caller, configurationId, errors, type HostDocument } from '@edge/contracts';
import { Access, ConfigReader, Documents } from '@edge/ports';

/** In which space free commands run, and whether there is such a space at all. */
@Injectable()
export class CommandSpace {
  constructor(private readonly access: Access, private readonly config: ConfigReader, private readonly documents: Documents) {}

  /** @throws EdgeError `not-found` for a space or environment that is not there, or that she may not know of */
  async demand({ space, environment }: { space?: string; environment?: string }, caller: Caller): Promise<void> {
    if (space !== undefined) {
      const visible = await this.access.visibleSpaces(caller.subject);
      const known = visible === 'all' ? await this.documents.get('configuration', configurationId('Space', { name: space })) : visible.includes(space);
      if (!known) throw errors.notFound(`space "${space}"`);
    }
    if (environment !== undefined && !(await this.documents.get('configuration', configurationId('Environment', { name: environment })))) throw errors.notFound(`environment "${environment}"`);
  }

  /** The space in which she may run free commands on all these hosts: the one she names, else the only one that fits. */
  async of(asked: { hosts: string[]; space?: string }, caller: Caller): Promise<string> {
    await this.demand(asked.space === undefined ? {} : { space: asked.space }, caller);
    const candidates = asked.space === undefined ? await this.common(asked.hosts, caller) : [asked.space];
    const allowed: string[] = [];
    for (const space of candidates) if ((await this.access.may({ subject: caller.subject, permission: 'run-command', space })).allowed) allowed.push(space);
    if (allowed.length === 0) throw errors.forbidden(`run-command on ${asked.space ?? 'a space of all these hosts'}`);
    if (allowed.length > 1) throw errors.invalidField('/space', 'The hosts belong to several spaces.', `Name one of ${allowed.join(', ')}.`);
    return allowed[0]!;
  }

  /** The spaces of all the hosts that she may know of; acceptance says what becomes of the others. @throws EdgeError `invalid` that names them all where she knows of none */
  private async common(names: string[], caller: Caller): Promise<string[]> {
    const visible = await this.access.visibleSpaces(caller.subject);
    const mayKnow = (space: string) => visible === 'all' || visible.includes(space);
    const hosts = (await this.config.hosts(names)).filter((host) => host.spaces.some(mayKnow));
    const unknown = names.flatMap((name, index) => (hosts.some((host) => host.name === name) ? [] : [{ name, index }]));
    if (hosts.length === 0) throw errors.invalid(`There is no host ${unknown.map(({ name }) => `"${name}"`).join(', ')}.`, unknown.map(({ name, index }) => ({ pointer: `/hosts/${index}`, detail: `There is no host "${name}", or you may not know of it.`, remedy: 'See GET /api/v1/hosts.' })));
    return commonSpaces(hosts).filter(mayKnow);
  }
}

function commonSpaces(hosts: HostDocument[]): string[] {
  return (hosts[0]?.spaces ?? []).filter((space) => hosts.every((host) => host.spaces.includes(space)));
}

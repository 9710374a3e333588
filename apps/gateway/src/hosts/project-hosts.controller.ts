import { Controller, Param } from '@nestjs/common';
import type { Finding, JsonObject, KnownPool, PoolMember, ResolvedHost } from '@edge/contracts';
import { readPools } from '@edge/engine';
import { Handles } from '@edge/nest';
import { Clock, ConfigReader, Documents, Effects } from '@edge/ports';

type ShownMember = Omit<PoolMember, 'host'> & { pool: string };
interface ShownHost { host: string; zone: string; pools: string[]; address?: string; port?: number; vars?: JsonObject; version?: string; members?: ShownMember[] }
interface ProjectHosts { zones: { zone: string; hosts: ShownHost[] }[]; items: ShownHost[]; findings: Finding[] }

/** The hosts of a project as they are now. */
@Controller()
export class ProjectHostsController {
  constructor(private readonly config: ConfigReader, private readonly documents: Documents, private readonly effects: Effects, private readonly clock: Clock) {}

  @Handles('listProjectHosts')
  async hosts(@Param('space') space: string, @Param('project') project: string): Promise<ProjectHosts> {
    const [resolved, versions] = await Promise.all([
      this.config.resolve({ space, project }),
      this.documents.find<{ host: string; version: string }>('versions', { where: { space, project }, limit: 10_000 }),
    ]);
    const pools = await readPools(resolved, { effects: this.effects, clock: this.clock });
    const live = new Map(versions.map(({ document }) => [document.host, document.version]));
    const items = resolved.hosts.map((host) => shown(host, { version: live.get(host.name), pools }));
    return { zones: resolved.zones.map((zone) => ({ zone, hosts: items.filter((host) => host.zone === zone) })), items, findings: [...resolved.findings, ...pools.flatMap(unreadable)] };
  }
}

function shown({ name, zone, pools, address, port, vars }: ResolvedHost, live: { version: string | undefined; pools: KnownPool[] }): ShownHost {
  const members = live.pools.flatMap((known) => ('members' in known && known.pool.zone === zone ? known.members.filter(({ host }) => host === name).map(({ host: _host, ...member }) => ({ pool: known.pool.name, ...member })) : []));
  return { host: name, zone, pools, ...(address ? { address } : {}), ...(port ? { port } : {}), ...(vars ? { vars } : {}), ...(live.version === undefined ? {} : { version: live.version }), ...(live.pools.length > 0 ? { members } : {}) };
}

function unreadable(known: KnownPool): Finding[] {
  return 'error' in known ? [{ pointer: '', detail: `Pool ${known.pool.name} of zone ${known.pool.zone} cannot be read: ${known.error}`, remedy: 'See that the load balancer answers, and that it knows the pool.', level: 'warning' }] : [];
}

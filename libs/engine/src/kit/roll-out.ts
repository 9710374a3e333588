import type { Batch, Host, RollOutOptions, RollOutReport } from '@edge/script';
import type { World } from './create-context.js';
import type { PoolService } from './pool-service.js';
import { rollZone } from './roll-zone.js';
import { allEnded } from './with-width.js';
import { workOn } from './work-on.js';
import { ZonePools } from './zone-pools.js';

export interface RollOut { world: World; pool: PoolService; work: (batch: Batch) => Promise<void>; options: RollOutOptions }

/** Takes every host of the action through the work; see `RollOutOptions`. Host failures are in the report; what the work itself throws comes out once all zones have ended. */
export async function rollOut(rollOut: RollOut): Promise<RollOutReport> {
  const { world, options } = rollOut;
  const zones = world.snapshot.zones;
  if (options.order === 'at-once') await workOn(rollOut, { zone: zones[0] ?? '', stage: 1, number: 1, hosts: world.hosts });
  else if (options.order === 'one-by-one') await oneByOne(rollOut, zones.flatMap((zone) => hostsOf(world, zone)));
  else if (world.snapshot.zoneOrder === 'ordered') await inOrder(rollOut);
  else await allEnded(zones.map((zone) => throughZone(rollOut, zone)));
  return world.ledger.report(world.hosts);
}

const hostsOf = (world: World, zone: string): Host[] => world.hosts.filter((host) => host.zone === zone);

/** A zone without hosts is passed over with a warning; a failed zone stops the later ones. */
async function inOrder(rollOut: RollOut): Promise<void> {
  const { world, options } = rollOut;
  let failed: string | undefined;
  for (const zone of world.snapshot.zones) {
    const hosts = hostsOf(world, zone);
    if (hosts.length === 0) world.conversation.note({ event: 'message', level: 'warning', text: `Zone ${zone} has no host in this action.` });
    else if (failed !== undefined && options.onFailure !== 'go-on') for (const host of hosts) world.ledger.skipped(host.name, `Not tried: zone ${failed} failed before.`);
    else if (!(await throughZone(rollOut, zone))) failed ??= zone;
  }
}

function throughZone(rollOut: RollOut, zone: string): Promise<boolean> {
  const { world, options } = rollOut;
  if (world.snapshot.pools.some((pool) => pool.zone === zone)) return rollZone(rollOut, new ZonePools(world, zone, options.port));
  return oneByOne(rollOut, hostsOf(world, zone));
}

/** Strictly one host after the other; the first that fails stops those that have not begun, unless others are to go on. */
async function oneByOne(rollOut: RollOut, hosts: readonly Host[]): Promise<boolean> {
  const { world, options } = rollOut;
  const numbers = new Map<string, number>();
  for (const [index, host] of hosts.entries()) {
    const number = (numbers.get(host.zone) ?? 0) + 1;
    numbers.set(host.zone, number);
    await workOn(rollOut, { zone: host.zone, stage: 1, number, hosts: [host] });
    if (!world.ledger.hasFailed(host.name) || options.onFailure === 'go-on') continue;
    for (const later of hosts.slice(index + 1)) world.ledger.skipped(later.name, `Not tried: ${host.name} failed before.`);
    return false;
  }
  return hosts.every((host) => world.ledger.wellHosts.has(host.name));
}

import type { Batch, Host, RollOutOptions, RollOutReport } from '@edge/script';
import { CallFailed, Cancelled } from './conversation.js';
import type { World } from './create-context.js';
import type { RunningBatch } from './running-batch.js';

export interface RollOut { world: World; work: (batch: Batch) => Promise<void>; options: RollOutOptions }

/** Takes every host of the action through the work; see `RollOutOptions`. Host failures are in the report; what the work itself throws comes out once all zones have ended. */
export async function rollOut(rollOut: RollOut): Promise<RollOutReport> {
  const { world, options } = rollOut;
  if (options.order === 'at-once') await workOn(rollOut, { zone: world.snapshot.zones[0] ?? '', number: 1, hosts: world.hosts });
  else if (options.order === 'one-by-one') await oneByOne(rollOut, world.snapshot.zones.flatMap((zone) => hostsOf(world, zone)));
  else await throughZones(rollOut);
  return world.ledger.report(world.hosts);
}

const hostsOf = (world: World, zone: string): Host[] => world.hosts.filter((host) => host.zone === zone);

/** Zones side by side, or one after another; in order, a failed zone stops the later ones. */
async function throughZones(rollOut: RollOut): Promise<void> {
  const { world } = rollOut;
  if (world.snapshot.zoneOrder === 'parallel') {
    const ended = await Promise.allSettled(world.snapshot.zones.map((zone) => oneByOne(rollOut, hostsOf(world, zone))));
    for (const zone of ended) if (zone.status === 'rejected') throw zone.reason;
    return;
  }
  await oneByOne(rollOut, world.snapshot.zones.flatMap((zone) => hostsOf(world, zone)));
}

/** Strictly one host after the other; the first that fails stops those that have not begun, unless others are to go on. */
async function oneByOne(rollOut: RollOut, hosts: readonly Host[]): Promise<void> {
  const { world, options } = rollOut;
  const numbers = new Map<string, number>();
  for (const [index, host] of hosts.entries()) {
    const number = (numbers.get(host.zone) ?? 0) + 1;
    numbers.set(host.zone, number);
    await workOn(rollOut, { zone: host.zone, number, hosts: [host] });
    if (!world.ledger.hasFailed(host.name) || options.onFailure === 'go-on') continue;
    for (const later of hosts.slice(index + 1)) world.ledger.skipped(later.name, `Not tried: ${host.name} failed before.`);
    return;
  }
}

interface Portion { zone: string; number: number; hosts: readonly Host[] }

async function workOn({ world, work }: RollOut, { zone, number, hosts }: Portion): Promise<void> {
  world.conversation.mayBegin();
  const batch = world.batch({ zone, stage: 1, number }, hosts);
  const names = hosts.map((host) => host.name);
  world.conversation.note({ event: 'batch-started', zone, stage: 1, batch: number, hosts: names });
  await perform(batch, work);
  for (const host of batch.hosts) world.ledger.succeeded(host, batch.versionOf(host));
  world.conversation.note({ event: 'batch-finished', zone, stage: 1, batch: number, hosts: names });
}

/** A call that failed for good costs the batch its hosts; anything else that the work throws is the script's own error. */
export async function perform(batch: RunningBatch, work: (batch: Batch) => Promise<void>): Promise<void> {
  try {
    await work(batch);
  } catch (error) {
    if (error instanceof Cancelled) throw error;
    const why = error instanceof Error ? error.message : String(error);
    for (const host of [...batch.hosts]) batch.lose(host.name, why);
    if (!(error instanceof CallFailed)) throw error;
  }
}

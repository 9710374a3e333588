import type { Batch, Host } from '@edge/script';
import { CallFailed, Cancelled } from './conversation.js';
import type { RollOut } from './roll-out.js';
import type { RunningBatch } from './running-batch.js';
import type { ZonePools } from './zone-pools.js';

export interface Portion { zone: string; pool?: string; stage: number; number: number; hosts: readonly Host[]; pools?: ZonePools }

/** One batch through the script's work, with everything that has to be said and put right around it. */
export async function workOn({ world, work, pool: service }: RollOut, { pools, hosts, ...place }: Portion): Promise<RunningBatch> {
  world.conversation.mayBegin();
  const batch = world.batch(place, hosts);
  if (pools) world.poolsOf.set(batch, pools);
  const named = { zone: place.zone, stage: place.stage, batch: place.number, hosts: hosts.map((host) => host.name), ...(place.pool === undefined ? {} : { pool: place.pool }) };
  world.conversation.note({ event: 'batch-started', ...named });
  try {
    await perform(batch, work);
    for (const host of batch.hosts) world.ledger.succeeded(host, batch.versionOf(host));
  } finally {
    try {
      await batch.leaveWell();
    } finally {
      await service.restore(batch);
      world.conversation.note({ event: 'batch-finished', ...named });
    }
  }
  return batch;
}

/** A call that failed for good costs the batch its hosts; anything else that the work throws is the script's own error. */
async function perform(batch: RunningBatch, work: (batch: Batch) => Promise<void>): Promise<void> {
  try {
    await work(batch);
  } catch (error) {
    if (error instanceof Cancelled) throw error;
    const why = error instanceof Error ? error.message : String(error);
    for (const host of [...batch.hosts]) batch.lose(host.name, why);
    if (!(error instanceof CallFailed)) throw error;
  }
}

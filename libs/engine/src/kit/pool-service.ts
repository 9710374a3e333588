import { type Batch, type Host, milliseconds, type Pool } from '@edge/script';
import { healthSettings, provesHealthy } from './check-health.js';
import { CallFailed, Cancelled } from './conversation.js';
import { nextLookMs } from './next-look.js';
import type { World } from './create-context.js';
import type { RunningBatch } from './running-batch.js';
import { allEnded } from './with-width.js';
import type { ZonePools } from './zone-pools.js';

export const outStep = 'take out of service';
export const drainStep = 'drain';
export const backStep = 'put back into service';


/** `pool` of the handler: finds the pools of a batch and does there what is asked. */
export class PoolService implements Pool {
  constructor(private readonly world: World, private readonly poolsOf: (batch: Batch) => ZonePools | undefined) {}

  takeOut = async (batch: Batch): Promise<void> => {
    const [running, pools] = this.at(batch);
    if (!pools) return;
    pools.drains = true;
    await pools.read();
    await allEnded(batch.hosts.map((host) => this.out(running, pools, host)));
    await this.drained(running, pools);
    await this.forEach(batch.hosts.filter((host) => pools.isOurs(host.name)), running, { step: outStep, act: (host) => pools.takeOut(host) });
  };

  putBack = async (batch: Batch): Promise<void> => {
    const [running, pools] = this.at(batch);
    if (!pools) return;
    await this.forEach(batch.hosts.filter((host) => pools.isOurs(host.name)), running, { step: backStep, act: (host) => pools.putBack(host) });
  };

  putBackHealthy = async (batch: Batch): Promise<void> => {
    const [running, pools] = this.at(batch);
    if (!pools) return;
    for (const host of running.lostOnes.filter(({ name }) => pools.isOurs(name))) if (await this.healthy(running, host)) await pools.putBack(host);
  };

  /**
   * At the end of a batch, however it ended: what nobody touched goes back; what was touched only if the host is healthy and either the action is
   * cancelled or its application is as it was. Any other host that failed stays out.
   */
  async restore(batch: RunningBatch): Promise<void> {
    const pools = this.poolsOf(batch);
    if (!pools) return;
    const left: string[] = [];
    for (const host of [...batch.hosts, ...batch.lostOnes].filter(({ name }) => pools.isOurs(name))) {
      const may = !batch.touched.has(host.name) || ((batch.isCancelled || batch.isAsItWas(host.name)) && await this.isWell(batch, host));
      if (!(may && await this.returned(pools, host)) && !this.world.ledger.hasFailed(host.name)) left.push(host.name);
    }
    if (left.length > 0) this.world.conversation.note({ event: 'message', level: 'warning', text: `Left out of service, since it is not known that they are well: ${left.join(', ')}. Look at them, then put them back or run the action again.` });
  }

  private async returned(pools: ZonePools, host: Host): Promise<boolean> {
    try {
      await this.regardless(async () => pools.isOurs(host.name) && pools.putBack(host));
      return true;
    } catch (error) {
      if (!(error instanceof CallFailed)) throw error;
      this.world.conversation.note({ event: 'message', level: 'error', text: `Could not be put back into service: ${error.message}`, host: host.name, step: backStep });
      return false;
    }
  }

  /** A cancellation that comes meanwhile ends the wait, or calls off what is under way: what is put right is put right all the same. */
  private async regardless<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Cancelled)) throw error;
      return work();
    }
  }

  private async isWell(batch: RunningBatch, host: Host): Promise<boolean> {
    const before = batch.isCancelled;
    const well = await this.regardless(() => this.healthy(batch, host));
    return well || before === batch.isCancelled ? well : this.healthy(batch, host);
  }

  private async out(batch: RunningBatch, pools: ZonePools, host: Host): Promise<void> {
    if (pools.outByOthers(host.name)) {
      this.world.conversation.note({ event: 'message', level: 'warning', text: 'Was out of service before; it stays out.', host: host.name, step: outStep });
      return;
    }
    batch.touched.delete(host.name); // what ran while it served does not matter: it is as well as it was
    try {
      const refused = await this.spared(pools, host);
      if (refused !== undefined) batch.lose(host.name, `${outStep}: ${refused}`, outStep);
    } catch (error) {
      this.lost(batch, host, outStep, error);
    }
  }

  /** Asks again while the pool cannot spare the host, for as long as the configuration allows. */
  private async spared(pools: ZonePools, host: Host): Promise<string | undefined> {
    const { conversation } = this.world;
    for (let look = 0, waitedMs = 0; ; look += 1) {
      const refused = await pools.drain(host);
      if (refused === undefined || waitedMs >= pools.waitForRoomMs) return refused;
      waitedMs += nextLookMs(look);
      await conversation.ask(`${host.name}:room`, { kind: 'timer', forMs: nextLookMs(look) });
    }
  }

  /** Waits until no session is left, or the maximum time is over: then it goes on regardless. */
  private async drained(batch: RunningBatch, pools: ZonePools): Promise<void> {
    const { conversation } = this.world;
    const hosts = batch.hosts.filter((host) => pools.isOurs(host.name));
    const maxMs = this.setting('member_session_wait_time', '5m');
    let waited = 0;
    let told = false;
    for (let look = 0; hosts.length > 0; look += 1) {
      await pools.read();
      const busy = hosts.filter((host) => pools.sessions(host.name) > 0);
      const left = maxMs - waited;
      if (busy.length === 0 || left <= 0) {
        if (told) conversation.note({ event: 'going-on', zone: batch.zone, stage: batch.stage });
        for (const host of hosts) batch.finished(drainStep, host.name, true);
        for (const host of busy) conversation.note({ event: 'message', level: 'warning', text: `Still has ${pools.sessions(host.name)} sessions after the maximum time; they are cut.`, host: host.name, step: drainStep });
        return;
      }
      if (!told) conversation.note({ event: 'waiting', for: `sessions of ${busy.map(({ name }) => name).join(', ')} to end`, zone: batch.zone, stage: batch.stage });
      told = true;
      const forMs = Math.min(left, nextLookMs(look));
      await conversation.ask(`${batch.zone}:drain`, { kind: 'timer', forMs });
      waited += forMs;
    }
  }

  private async forEach(hosts: readonly Host[], batch: RunningBatch, { step, act }: { step: string; act: (host: Host) => Promise<void> }): Promise<void> {
    await allEnded(hosts.map(async (host) => {
      try {
        await act(host);
        batch.finished(step, host.name, true);
      } catch (error) {
        this.lost(batch, host, step, error);
      }
    }));
  }

  private lost(batch: RunningBatch, host: Host, step: string, error: unknown): void {
    if (!(error instanceof CallFailed)) throw error;
    batch.finished(step, host.name, false);
    batch.lose(host.name, `${step}: ${error.message}`, step);
  }

  /** One look with the configured check; without one nothing proves health. */
  private healthy(batch: RunningBatch, host: Host): Promise<boolean> {
    return provesHealthy(batch, host, { settings: healthSettings(this.world.values, {}), conversation: this.world.conversation });
  }

  private setting(name: string, otherwise: string): number {
    const value = this.world.values[name];
    return milliseconds(typeof value === 'string' || typeof value === 'number' ? value : otherwise);
  }

  private at(batch: Batch): [RunningBatch, ZonePools | undefined] {
    return [batch as RunningBatch, this.poolsOf(batch)];
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { Asked } from './observe.js';
import type { Acknowledged } from '../checker/history.js';
import { type Dice, pick } from './dice.js';

const versions = ['shop-1', 'shop-2', 'shop-3'];

/** Actions of one client that are open at once; of them deployments, which wait for each other. */
const mostOpen = 6;
const mostDeployments = 2;
const ends = ['completed', 'failed', 'cancelled'];
const cancelShare = 0.2;

/** Asks for overlapping actions until told to stop: free commands on a few hosts, now and then a deploy; some of them it cancels. Every request is repeated under its key until it is answered. */
export class Workload {
  readonly acknowledged: Acknowledged[] = [];
  /** Hears of every action that was acknowledged. */
  onAcknowledged: (one: Acknowledged) => void = () => undefined;
  private readonly open = new Map<number, Acknowledged[]>();
  private stopped = false;
  private readonly loops: Promise<void>[];
  private readonly cancellations: Promise<void>[] = [];

  constructor(private readonly edge: Asked, private readonly hosts: string[], private readonly dice: Dice, options: { clients: number; deployShare: number }) {
    this.loops = Array.from({ length: options.clients }, (_, client) => this.ask(client, options.deployShare));
  }

  /** Asks for nothing more; resolves when all that was asked for is acknowledged. */
  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.loops);
    await Promise.all(this.cancellations);
  }

  private async ask(client: number, deployShare: number): Promise<void> {
    for (let n = 0; !this.stopped; n++) {
      const key = `c${client}-${n}`;
      await this.room(client);
      const hosts = pick(this.hosts, 1 + Math.floor(this.dice() * 3), this.dice);
      const open = this.open.get(client) ?? [];
      const deployments = open.filter(({ kind }) => kind === 'deploy').length;
      const one = this.dice() < deployShare && deployments < mostDeployments ? await this.deploy(key, hosts) : await this.count(key, hosts);
      this.open.set(client, [...open, one]);
      this.acknowledged.push(one);
      this.onAcknowledged(one);
      if (this.dice() < cancelShare) this.cancellations.push(this.cancel(one.action, this.dice() * 1_500));
      await sleep(50 + this.dice() * 250);
    }
  }

  /** Once: it may have ended by then, and who cancels does not wait for Edge to be back. */
  private async cancel(action: string, afterMs: number): Promise<void> {
    await sleep(afterMs);
    await this.edge.client().post(`/api/v1/actions/${action}/cancel`, { reason: 'chaos' }, { signal: AbortSignal.timeout(10_000) }).catch(() => undefined);
  }

  /** Waits until the client has room for one more: what was asked for faster than it can be done would only pile up. */
  private async room(client: number): Promise<void> {
    while (!this.stopped) {
      const open = this.open.get(client) ?? [];
      if (open.length < mostOpen) return;
      const statuses = await Promise.all(open.map(({ action }) => this.statusOf(action)));
      this.open.set(client, open.filter((_, n) => !ends.includes(statuses[n]!)));
      await sleep(200);
    }
  }

  /** Not known while Edge is away. */
  private async statusOf(action: string): Promise<string> {
    return this.edge.client().get<{ status: string }>(`/api/v1/actions/${action}`, { signal: AbortSignal.timeout(10_000) }).then(({ status }) => status, () => 'unknown');
  }

  private async count(key: string, hosts: string[]): Promise<Acknowledged> {
    const lines = 1 + Math.floor(this.dice() * 40);
    const seconds = (this.dice() * 0.8).toFixed(2);
    const body = { hosts, command: `sh app/count ${key} ${lines} ${seconds}`, space: 'demo' };
    const action = await this.untilAnswered('/api/v1/commands', body, key);
    return { action, key, kind: 'count', name: key, hosts, lines };
  }

  private async deploy(key: string, hosts: string[]): Promise<Acknowledged> {
    const version = versions[Math.floor(this.dice() * versions.length)]!;
    const action = await this.untilAnswered('/space/demo/shop/deploy/', { version: `${version}.tar.gz`, servers: hosts, start_within: '2h', allow_duplicate: true }, key);
    return { action, key, kind: 'deploy', name: version, hosts, lines: 0 };
  }

  /** The same key again and again: whichever try got through, it is the same action. */
  private async untilAnswered(path: string, body: object, key: string): Promise<string> {
    for (;;) {
      try {
        const signal = AbortSignal.timeout(10_000);
        return (await this.edge.client().post<{ action_id: string }>(path, body, { headers: { 'idempotency-key': key }, signal })).action_id;
      } catch (error) {
        const status = (error as { status?: number }).status;
        if (status !== undefined && status < 500 && status !== 429) throw error;
        await sleep(100);
      }
    }
  }
}

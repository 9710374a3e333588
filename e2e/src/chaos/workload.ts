import { setTimeout as sleep } from 'node:timers/promises';
import type { Asked } from './observe.js';
import type { Acknowledged } from '../checker/history.js';
import { type Dice, pick } from './dice.js';

const versions = ['shop-1', 'shop-2', 'shop-3'];

/** Asks for overlapping actions until told to stop: free commands on a few hosts, now and then a deploy. Every request is repeated under its key until it is answered. */
export class Workload {
  readonly acknowledged: Acknowledged[] = [];
  /** Hears of every action that was acknowledged. */
  onAcknowledged: (one: Acknowledged) => void = () => undefined;
  private stopped = false;
  private readonly loops: Promise<void>[];

  constructor(private readonly edge: Asked, private readonly hosts: string[], private readonly dice: Dice, options: { clients: number; deployShare: number }) {
    this.loops = Array.from({ length: options.clients }, (_, client) => this.ask(client, options.deployShare));
  }

  /** Asks for nothing more; resolves when all that was asked for is acknowledged. */
  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.loops);
  }

  private async ask(client: number, deployShare: number): Promise<void> {
    for (let n = 0; !this.stopped; n++) {
      const key = `c${client}-${n}`;
      const hosts = pick(this.hosts, 1 + Math.floor(this.dice() * 3), this.dice);
      if (this.dice() < deployShare) await this.deploy(key, hosts);
      else await this.count(key, hosts);
      await sleep(50 + this.dice() * 250);
    }
  }

  private async count(key: string, hosts: string[]): Promise<void> {
    const lines = 1 + Math.floor(this.dice() * 40);
    const seconds = (this.dice() * 0.8).toFixed(2);
    const body = { hosts, command: `sh app/count ${key} ${lines} ${seconds}`, space: 'demo' };
    const action = await this.untilAnswered('/api/v1/commands', body, key);
    this.isAcknowledged({ action, key, kind: 'count', name: key, hosts, lines });
  }

  private async deploy(key: string, hosts: string[]): Promise<void> {
    const version = versions[Math.floor(this.dice() * versions.length)]!;
    const action = await this.untilAnswered('/space/demo/shop/deploy/', { version: `${version}.tar.gz`, servers: hosts, start_within: '2h', allow_duplicate: true }, key);
    this.isAcknowledged({ action, key, kind: 'deploy', name: version, hosts, lines: 0 });
  }

  private isAcknowledged(one: Acknowledged): void {
    this.acknowledged.push(one);
    this.onAcknowledged(one);
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

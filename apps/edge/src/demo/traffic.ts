import { setTimeout as sleep } from 'node:timers/promises';
import { type Fleet, zones } from './fleet.js';

/** What visitors of the shop were answered since the fleet is up. `served`: requests by the version that answered. */
export interface Counted { requests: number; failed: number; served: Record<string, number>; last_failure?: { at: string; why: string } }

const everyMs = 50;
const patienceMs = 5_000;

/** Visitors of the shop: twenty a second, through the load balancer, zone after zone. */
export class Traffic {
  private readonly seen: Counted = { requests: 0, failed: 0, served: {} };
  private going = true;

  constructor(private readonly fleet: Pick<Fleet, 'fronts'>) {}

  get counted(): Counted {
    return structuredClone(this.seen);
  }

  async run(): Promise<void> {
    for (let n = 0; this.going; n += 1) {
      void this.visit(this.fleet.fronts[zones[n % zones.length]!]!);
      await sleep(everyMs);
    }
  }

  stop(): void {
    this.going = false;
  }

  private async visit(port: number): Promise<void> {
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' }, signal: AbortSignal.timeout(patienceMs) });
      if (!answer.ok) return this.failed(`the load balancer of port ${port} answered ${answer.status}`);
      const { version } = (await answer.json()) as { version: string };
      this.seen.served[version] = (this.seen.served[version] ?? 0) + 1;
      this.seen.requests += 1;
    } catch (error) {
      this.failed(error instanceof Error ? `${error.message}${error.cause ? `: ${String(error.cause)}` : ''}` : String(error));
    }
  }

  private failed(why: string): void {
    this.seen.requests += 1;
    this.seen.failed += 1;
    this.seen.last_failure = { at: new Date().toISOString(), why };
  }
}

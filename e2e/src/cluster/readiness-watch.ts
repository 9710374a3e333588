import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceProcess } from './service-process.js';

const pauseMs = 100;

/** Asks gateways again and again as people do, and keeps what one did not answer that said before, meanwhile and afterwards that it was ready. */
export class ReadinessWatch {
  readonly lies: string[] = [];
  private asked = 0;
  private stopped = false;
  private readonly loops: Promise<void>[];

  constructor(gateways: ServiceProcess[], private readonly token: string) {
    this.loops = gateways.map((gateway) => this.watch(gateway));
  }

  /** Answers how often a ready gateway answered. */
  async stop(): Promise<number> {
    this.stopped = true;
    await Promise.all(this.loops);
    return this.asked;
  }

  private async watch(gateway: ServiceProcess): Promise<void> {
    for (; !this.stopped; await sleep(pauseMs)) {
      const { pid } = gateway;
      // Whoever is asked may have changed its mind, or been replaced, since it said that it is ready: it counts if it insists.
      const said = await this.round(gateway);
      const again = said === undefined ? undefined : await this.round(gateway);
      if (again !== undefined && (await isReady(gateway)) && gateway.pid === pid) this.lies.push(`${gateway.name} ${pid}: ready, but answered ${said}, then ${again}`);
    }
  }

  /** What it answered instead of 200 although it was ready. */
  private async round(gateway: ServiceProcess): Promise<string | undefined> {
    if (!(await isReady(gateway))) return undefined;
    const answer = await fetch(`${gateway.url}/api/v1/me`, { headers: { authorization: `Bearer ${this.token}` } }).then(({ status }) => String(status), String);
    if (answer !== '200') return answer;
    this.asked += 1;
    return undefined;
  }
}

async function isReady(gateway: ServiceProcess): Promise<boolean> {
  return (await gateway.state())?.ready === true;
}

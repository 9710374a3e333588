import { setTimeout as sleep } from 'node:timers/promises';
import type { Counted } from './traffic.js';

/** What Edge posts when a stage is done: hosts that changed, hosts that did not, and where the verdict goes. */
interface Analysis { ccrid: string; stage: number; datacenter: string; staggered_status: string; verf_server: string; respond_to: string }

const soakMs = 3_000;
const answerEveryMs = 500;
const answerForMs = 600_000;

/** The demo's canary service: watches the visitors for three seconds, and calls back: positive if none of them saw a failure. */
export class CanaryService {
  private readonly scheduled = new Set<string>();

  constructor(private readonly counted: () => Counted) {}

  /** Asked twice about the same stage it analyses once. */
  schedule(analysis: Analysis): { code: number; success: boolean; message: string } {
    const key = `${analysis.ccrid} ${analysis.datacenter} ${analysis.stage}`;
    if (this.scheduled.has(key)) return { code: 119, success: true, message: 'The analysis is under way.' };
    this.scheduled.add(key);
    void this.analyse(analysis);
    return { code: 200, success: true, message: `The analysis of ${analysis.verf_server} takes ${soakMs / 1000} seconds.` };
  }

  private async analyse({ respond_to }: Analysis): Promise<void> {
    const before = this.counted();
    await sleep(soakMs);
    const after = this.counted();
    const [requests, failed] = [after.requests - before.requests, after.failed - before.failed];
    const verdict = requests === 0 ? 'inconclusive' : failed === 0 ? 'positive' : 'negative';
    await answer(respond_to, { verdict, reason: `${failed} of ${requests} requests failed` });
  }
}

/** Edge may be down at this moment: the verdict is said until somebody hears it. */
async function answer(url: string, verdict: object): Promise<void> {
  for (const until = Date.now() + answerForMs; Date.now() < until; await sleep(answerEveryMs)) {
    const heard = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(verdict) }).catch(() => undefined);
    if (heard && heard.status < 500) return;
  }
  console.error(`Nobody took the verdict at ${new URL(url).host}.`);
}

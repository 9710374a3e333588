import { checkCommand } from '@edge/command-policy';
import { cutZone, nextBatch, planAction, type PoolView } from '@edge/engine';
import type { ScriptBundle } from '@edge/ports';
import { WorkerScriptHost } from '@edge/script-host';
import type { Measured } from '../store/figures.js';
import { quantile, timed } from '../store/samples.js';
import { HOSTS, pools, thousandHosts } from './thousand-hosts.js';

/** The pure planner alone, and the whole plan: the script at work in its thread, every command looked at by the policy. */
export async function measurePlan(bundle: ScriptBundle): Promise<Measured[]> {
  const snapshot = thousandHosts();
  const scriptHost = new WorkerScriptHost();
  try {
    const cut = await timed(20, () => void cutAll(snapshot.hosts));
    const plan = () => planAction({ type: 'deploy', snapshot }, { scriptHost, bundle, checkText: (text, options) => checkCommand(text, { ...options, rules: [] }) });
    const made = await plan();
    if (made.findings.length > 0) throw new Error(`The plan has findings: ${made.findings[0]!.detail}`);
    const commands = made.zones.flatMap(({ stages }) => stages.flatMap(({ batches }) => batches.flatMap(({ steps }) => steps.flatMap((step) => step.commands)))).length;
    const whole = await timed(5, async () => void (await plan()));
    return [
      { name: 'plan_pure', value: quantile(cut, 0.5), unit: 'ms', goal: 100, about: `zones, stages and batches of ${HOSTS} hosts in three pools: median` },
      { name: 'plan_whole', value: quantile(whole, 0.5), unit: 'ms', about: `the whole plan by the script in its thread, ${commands} commands looked at by the policy: median` },
      { name: 'plan_per_command', value: (quantile(whole, 0.5) * 1000) / commands, unit: 'µs', about: '  per command' },
    ];
  } finally {
    await scriptHost.close();
  }
}

interface Placed { name: string; zone: string; pools: string[] }

/** Every stage of every zone in batches, as if each batch went well. */
function cutAll(hosts: readonly Placed[]): number {
  let batches = 0;
  for (const zone of new Set(hosts.map((host) => host.zone))) {
    const mine = hosts.filter((host) => host.zone === zone);
    const views: PoolView[] = pools.filter((pool) => pool.zone === zone).map(({ name, inpool_threshold: threshold }) => ({ name, threshold, members: new Map(mine.filter((host) => host.pools.includes(name)).map((host) => [host.name, true])) }));
    for (const stage of cutZone({ hosts: mine.map(({ name }) => name), pools: views, stages: {} }).stages) {
      let rest = stage.hosts;
      for (let next = nextBatch(rest, views); next.kind === 'batch'; next = nextBatch(rest, views)) {
        const taken = new Set(next.hosts);
        rest = rest.filter((host) => !taken.has(host));
        batches += 1;
      }
    }
  }
  return batches;
}

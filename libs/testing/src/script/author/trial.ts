import type { Json, JsonObject } from '@edge/contracts';
import { checkConfiguration } from '@edge/engine/kit';
import type { AnyScript } from '@edge/script';
import { SimulatedBalancer } from '../simulated-balancer.js';
import { type Simulation, type SimulationResult, simulateScript } from '../simulate-script.js';

/**
 * One trial of a script against simulated hosts. `pools`: `zone/name` → members and the percentage that must stay in; a host's pools and zone
 * follow from it where `hosts` does not say them. `failing`: `"web-1 stop"` lets that step fail there. What `expect` does not name is not looked at.
 */
export interface Trial {
  title: string;
  type: string;
  config?: JsonObject;
  version?: string;
  hosts?: Simulation['hosts'];
  pools?: Record<string, { members: string[]; out?: string[]; threshold?: number }>;
  failing?: string[];
  /** Hosts that never become healthy. */
  sick?: string[];
  verdict?: 'positive' | 'negative';
  cancelAfter?: number;
  expect?: { succeeded?: string[]; failed?: string[]; skipped?: string[]; steps?: Record<string, string[]>; leastServing?: Record<string, number> };
}

export interface TrialResult { title: string; ok: boolean; differences: string[]; commands: SimulationResult['commands']; succeeded: string[]; failed: Record<string, string>; skipped: string[] }

/** Plays a trial; its differences say what was expected and what came. */
export async function playTrial(script: AnyScript, trial: Trial): Promise<TrialResult> {
  const config = trial.config ?? {};
  const findings = checkConfiguration(script, trial.type, { ...config, ...(trial.version === undefined ? {} : { version: trial.version }) });
  if (findings.length > 0) return { title: trial.title, ok: false, commands: [], succeeded: [], failed: {}, skipped: [], differences: findings.map(({ pointer, detail }) => `configuration ${pointer}: ${detail}`) };
  const balancer = new SimulatedBalancer(trial.pools ?? {});
  const result = await simulateScript(simulationOf(script, trial, balancer));
  const differences = differencesOf(trial, result, balancer);
  return { title: trial.title, ok: differences.length === 0, differences, commands: result.commands, succeeded: result.succeeded, failed: result.failed, skipped: result.skipped };
}

function simulationOf(script: AnyScript, trial: Trial, balancer: SimulatedBalancer): Simulation {
  const fails = (host: string, step: string) => trial.failing?.includes(`${host} ${step}`) === true;
  const pools = Object.entries(trial.pools ?? {}).map(([path, { threshold = 0 }]) => ({ zone: path.split('/')[0]!, name: path.split('/')[1]!, inpool_threshold: threshold }));
  return {
    script, type: trial.type, config: trial.config ?? {}, hosts: trial.hosts ?? hostsOf(trial.pools ?? {}), pools,
    ...(trial.version === undefined ? {} : { version: trial.version }), ...(pools.length > 0 ? { loadBalancer: { name: 'simulated' } } : {}), ...(trial.cancelAfter === undefined ? {} : { cancelAfter: trial.cancelAfter }),
    onCommand: ({ host, step }) => (fails(host, step) ? { code: 1, tail: 'simulated failure' } : undefined),
    onCall: ({ service, request }): Json => {
      if (service === 'load-balancer') return balancer.answer(request) as unknown as Json;
      if (service === 'health') return { healthy: trial.sick?.includes(String(request['host'])) !== true, detail: 'simulated' };
      return service === 'canary' ? { state: 'scheduled' } : { status: 200, body: '' };
    },
    onSignal: ({ names }) => ({ name: names[0]!, payload: { verdict: trial.verdict ?? 'positive' } }),
  };
}

function hostsOf(pools: NonNullable<Trial['pools']>): Simulation['hosts'] {
  const hosts: Simulation['hosts'] = {};
  for (const [path, { members }] of Object.entries(pools)) {
    const [zone, name] = path.split('/') as [string, string];
    for (const host of members) hosts[host] = { zone, pools: [...(hosts[host]?.pools ?? []), name] };
  }
  return hosts;
}

function differencesOf({ expect = {} }: Trial, result: SimulationResult, balancer: SimulatedBalancer): string[] {
  const steps = (host: string) => result.commands.filter((command) => command.host === host).map(({ step }) => step);
  const looks: [string, unknown, unknown][] = [
    ...(expect.succeeded ? [['succeeded', [...expect.succeeded].sort(), [...result.succeeded].sort()] as [string, unknown, unknown]] : []),
    ...(expect.failed ? [['failed', [...expect.failed].sort(), Object.keys(result.failed).sort()] as [string, unknown, unknown]] : []),
    ...(expect.skipped ? [['skipped', [...expect.skipped].sort(), [...result.skipped].sort()] as [string, unknown, unknown]] : []),
    ...Object.entries(expect.steps ?? {}).map(([host, wanted]): [string, unknown, unknown] => [`steps of ${host}`, wanted, steps(host)]),
    ...Object.entries(expect.leastServing ?? {}).map(([pool, wanted]): [string, unknown, unknown] => [`fewest serving in ${pool}`, wanted, balancer.leastServing(pool)]),
  ];
  const found = looks.filter(([, wanted, came]) => JSON.stringify(wanted) !== JSON.stringify(came)).map(([what, wanted, came]) => `${what}: expected ${JSON.stringify(wanted)}, but it was ${JSON.stringify(came)}`);
  const expectsCancel = result.end.ok || result.end.error.message.startsWith('Cancelled');
  return expectsCancel || !('error' in result.end) ? found : [`the script failed: ${result.end.error.message}`, ...found];
}

/** Trials for a script that has none: each of its types once, on six hosts in two zones. */
export function standardTrials(script: AnyScript, config: JsonObject): Trial[] {
  return Object.keys(script.actions).map((type) => ({
    title: `${type} on six hosts`, type, config, version: 'app-2.tar.gz',
    pools: { 'north/pool1': { members: ['north-1', 'north-2', 'north-3'], threshold: 50 }, 'south/pool1': { members: ['south-1', 'south-2', 'south-3'], threshold: 50 } },
  }));
}

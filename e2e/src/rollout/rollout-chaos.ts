import { setTimeout as sleep } from 'node:timers/promises';
import type { Violation } from '../checker/history.js';
import { type Dice, dice } from '../chaos/dice.js';
import { type Deployed, type Layout, RolloutRig } from './rollout-rig.js';
import { thirtyHosts } from './thirty-hosts.js';

export interface RolloutChaos { runs: number; kills: number; requests: number; samples: number; violations: Violation[] }

/**
 * So many staggered deploys to real hosts behind a real HAProxy, under traffic, in each of which Edge is killed at random times and started again. In the end of
 * each the action has completed, no request has failed, no pool was ever below its floor, all members are back and every application was stopped and started once.
 */
export async function rolloutChaos({ kills: runs, seed }: { kills: number; seed: number }, { layout = thirtyHosts, tell = console.log }: { layout?: Layout; tell?: (line: string) => void } = {}): Promise<RolloutChaos> {
  const throwDice = dice(seed);
  const rig = await RolloutRig.start(layout, 'web-1');
  const done: RolloutChaos = { runs: 0, kills: 0, requests: 0, samples: 0, violations: [] };
  try {
    const usualMs = await undisturbed(rig);
    for (let deploys = 0; done.runs < runs; deploys += 1) {
      if (deploys === runs * 3) throw new Error(`Of ${deploys} deploys only ${done.runs} were met by a kill.`);
      const version = `web-${deploys + 3}`;
      let kills = 0;
      const deployed = await rig.deploy(version, { work: async (action) => { kills = await killUntilEnd(rig, action, { throwDice, usualMs }); } });
      done.violations.push(...await violationsOf(rig, deployed, version));
      if (kills > 0) done.runs += 1; // who ended before the first kill shows nothing
      done.kills += kills;
      done.requests += deployed.requests.asked;
      done.samples += deployed.watched.samples;
      tell(`run ${done.runs}: ${deployed.view.status}, ${deployed.requests.asked} requests, ${deployed.requests.failed.length} failed, ${done.kills} kills so far, ${done.violations.length} violations`);
    }
  } finally {
    await rig.stop();
  }
  return done;
}

/** How long a deploy takes here, in milliseconds, when nobody dies. */
async function undisturbed(rig: RolloutRig): Promise<number> {
  const began = Date.now();
  await rig.deploy('web-2');
  return Date.now() - began;
}

/** Kills Edge at random moments of the action, a few times; answers how often. */
async function killUntilEnd(rig: RolloutRig, action: string, { throwDice, usualMs }: { throwDice: Dice; usualMs: number }): Promise<number> {
  const most = 1 + Math.floor(throwDice() * 3);
  for (let kills = 0; ; kills += 1) {
    const pause = Date.now() + throwDice() * usualMs;
    const view = await rig.until(action, () => Date.now() > pause);
    if (kills === most || ['completed', 'failed', 'cancelled'].includes(view.status)) return kills;
    await rig.edge.end('SIGKILL');
    await sleep(throwDice() * 1_000);
    await rig.edge.start();
  }
}

async function violationsOf(rig: RolloutRig, { view, watched, requests }: Deployed, version: string): Promise<Violation[]> {
  const found = (rule: string, detail: string): Violation => ({ rule, action: view.action_id, detail });
  const below = rig.floors().filter(({ zone, name, mustServe }) => watched.least[`${zone}/${name}`]! < mustServe).map(({ zone, name }) => `${zone}/${name}`);
  const [versions, out] = [await rig.versions(), await rig.out()];
  const again = rig.hosts.filter((host) => rig.fleet.runs(host).filter((line) => line.endsWith(view.action_id)).length !== 2);
  return [
    ...(view.status === 'completed' ? [] : [found('completes', `${view.status}: ${view.why ?? ''}`)]),
    ...requests.failed.slice(0, 3).map((detail) => found('no request fails', detail)),
    ...[...watched.broken, ...below].map((detail) => found('capacity is held', detail)),
    ...(Object.keys(out).length === 0 ? [] : [found('all are back', JSON.stringify(out))]),
    ...(versions[version] === rig.hosts.length ? [] : [found('every host runs the version', JSON.stringify(versions))]),
    ...again.map((host) => found('every command runs once', `${host}: ${rig.fleet.runs(host).slice(-4).join(', ')}`)),
  ];
}

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ActionDocument, JsonObject } from '@edge/contracts';
import { Calls } from '@edge/engine';
import { HaproxyLoadBalancer } from '@edge/haproxy';
import { NodeNetwork } from '@edge/http-services';
import { Clock } from '@edge/ports';
import { type Haproxy, probeProgram, startHaproxy } from '@edge/testing/engines';
import { InProcessScriptHost, performScript, snapshotOf } from '@edge/testing/script';
import loadBalanced from '@edge/scripts/load-balanced';
import { startTraffic } from './traffic.js';
import { watchPools } from './watch-pools.js';
import { WebFleet } from './web-fleet.js';

const probe = await probeProgram('haproxy');
const suite = probe.available ? describe : describe.skip;

class WallClock extends Clock {
  now(): number {
    return Date.now();
  }
  at(timeMs: number, call: () => void): () => void {
    const timer = setTimeout(call, timeMs - Date.now());
    return () => clearTimeout(timer);
  }
}

const zones = { north: Array.from({ length: 16 }, (_, n) => `north-${n + 1}`), south: Array.from({ length: 14 }, (_, n) => `south-${n + 1}`) };
/** Three pools; the last four hosts of north are in two of them. */
const members: Record<string, string[]> = { 'north-web': zones.north, 'north-api': zones.north.slice(12), 'south-web': zones.south };
const pools = [{ zone: 'north', name: 'web', inpool_threshold: 70 }, { zone: 'north', name: 'api', inpool_threshold: 50 }, { zone: 'south', name: 'web', inpool_threshold: 80 }];
const floors = { 'north/web': 12, 'north/api': 2, 'south/web': 12 };
const all = [...zones.north, ...zones.south];

suite(`a staggered rollout behind a real HAProxy${probe.available ? '' : ` (skipped: ${probe.reason})`}`, () => {
  let fleet: WebFleet;
  let haproxy: Haproxy;
  let balancer: HaproxyLoadBalancer;
  const scriptHost = new InProcessScriptHost([loadBalanced]);
  const config = () => ({ name: 'main', type: 'haproxy', address: `tcp:${haproxy.address}`, backend: '{zone}-{pool}' });

  beforeAll(async () => {
    fleet = await WebFleet.start(all, 'v1');
    haproxy = await startHaproxy({
      defaults: ['option redispatch', 'retries 2', 'option httpchk GET /', 'default-server check inter 200 fall 2 rise 1'],
      pools: Object.fromEntries(Object.entries(members).map(([pool, hosts]) => [pool, hosts.map((name) => ({ name, address: '127.0.0.1', port: fleet.ports.get(name)! }))])),
    });
    balancer = new HaproxyLoadBalancer(config());
  }, 60_000);
  afterAll(async () => {
    await haproxy.engine.stop();
    await fleet.stop();
  });

  /** One deploy under traffic, with what was seen of requests and pools. */
  async function deploy(version: string, meanwhile?: () => Promise<void>) {
    const snapshot = snapshotOf({
      type: 'deploy', version, pools, hosts: Object.fromEntries(Object.entries(zones).flatMap(([zone, hosts]) => hosts.map((name) => [name, { zone, vars: { port: fleet.ports.get(name)! } }]))),
      config: { stop_command: 'stop', start_command: 'start', repo_dir: 'repo', context_dir: 'app', is_staggered: true, healthcheck: { http: { port: 'port', path: '/health' } }, healthcheck_count: 2 },
      loadBalancer: config() as { name: string } & JsonObject,
    });
    for (const host of snapshot.hosts) host.address = '127.0.0.1';
    const calls = new Calls({ clock: new WallClock(), network: new NodeNetwork(), loadBalancer: () => balancer });
    const traffic = startTraffic(Object.values(haproxy.front).map((port) => `http://127.0.0.1:${port}/`), 200);
    const watch = watchPools(balancer, pools);
    const failed: string[] = [];
    const ending = performScript(scriptHost.run(scriptHost.bundle('load-balanced'), { action: version, type: 'deploy', snapshot: snapshot as unknown as JsonObject }), {
      action: { id: version, snapshot } as ActionDocument, perform: (action, call) => calls.perform(action, call), exec: ({ host, step }) => fleet.exec(host, step, version), hurry: 20,
      onNote: (note) => { if (note.event === 'host-failed') failed.push(note.host); },
    });
    await meanwhile?.();
    const end = await ending;
    return { end, failed, least: await watch.stop(), requests: await traffic.stop() };
  }
  const outIn = async (pool: string, zone = 'north') => (await balancer.members({ zone, name: pool })).filter(({ state }) => state !== 'in').map(({ host }) => host).sort();
  const holds = (least: Record<string, number>) => { for (const [pool, floor] of Object.entries(floors)) expect(least[pool]).toBeGreaterThanOrEqual(floor); };

  it('brings the new version to 30 hosts without one failed request, and never has more out than the thresholds allow', async () => {
    const { end, failed, least, requests } = await deploy('v2');
    expect([end, failed, requests.failed]).toEqual([{ ok: true }, [], []]);
    expect(requests.asked).toBeGreaterThan(0);
    holds(least);
    expect(new Set(fleet.versions.values())).toEqual(new Set(['v2']));
    expect([await outIn('web'), await outIn('api'), await outIn('web', 'south')]).toEqual([[], [], []]);
  }, 120_000);

  it('keeps a host out that fails its health check, goes no further in its zone, and still fails no request', async () => {
    fleet.sick.add('north-3');
    const { end, failed, least, requests } = await deploy('v3');
    expect([end, failed, requests.failed]).toEqual([{ ok: true }, ['north-3'], []]);
    holds(least);
    expect(await outIn('web')).toEqual(['north-3']);
    expect(zones.south.map((host) => fleet.versions.get(host))).toEqual(zones.south.map(() => 'v3'));
    expect(zones.north.filter((host) => fleet.versions.get(host) === 'v2').length).toBeGreaterThan(8);
    fleet.sick.clear();
    await balancer.putBack({ zone: 'north', name: 'web' }, { host: 'north-3' });
  }, 120_000);

  it('goes on while an operator takes members out by hand, puts none of those back, and adds to them only what the floor allows', async () => {
    const byHand = ['south-13', 'south-14'];
    const { end, requests, failed } = await deploy('v4', async () => {
      for (const host of byHand) await balancer.takeOut({ zone: 'south', name: 'web' }, { host });
      await new Promise((resolve) => { setTimeout(resolve, 600); });
      await balancer.putBack({ zone: 'south', name: 'web' }, { host: byHand[0]! });
    });
    expect([end, requests.failed]).toEqual([{ ok: true }, []]);
    expect(failed).toEqual([]);
    expect(await outIn('web', 'south')).toEqual(['south-14']);
    await balancer.putBack({ zone: 'south', name: 'web' }, { host: 'south-14' });
  }, 120_000);
});

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { probeProgram, type SingleEngine, startPrometheus } from '@edge/testing/engines';
import { missingPrograms, skipped } from './missing-programs.js';
import { type ActionView, RolloutRig } from './rollout-rig.js';

const prometheusProbe = await probeProgram('prometheus');
const missing = [...(await missingPrograms()), ...(prometheusProbe.available ? [] : [prometheusProbe.reason])];
const suite = missing.length === 0 ? describe : describe.skip;
const four = ['web-1', 'web-2', 'web-3', 'web-4'];

suite(`a canary whose verdict is a query of a real Prometheus${skipped(missing)}`, () => {
  let rig: RolloutRig;
  let prometheus: SingleEngine;
  let target: Server;
  /** Share of failed requests per host, as it is scraped; a host that is not here tells nothing. */
  const errors = new Map<string, number>();
  const evenly = () => { for (const host of four) errors.set(host, 0.01); };

  beforeAll(async () => {
    evenly();
    target = createServer((_, response) => response.end([...errors].map(([host, ratio]) => `error_ratio{host="${host}"} ${ratio}\n`).join('')));
    await new Promise<void>((resolve) => { target.listen(0, '127.0.0.1', resolve); });
    prometheus = await startPrometheus({ scrape: { site: [`127.0.0.1:${(target.address() as AddressInfo).port}`] } });
    rig = await RolloutRig.start({ north: { web: { hosts: four, inpool_threshold: 50 } } }, 'site-1', {
      config: { is_canary: true, canary_by: 'metric', canary_query: 'avg(error_ratio{host=~"$hosts"})', canary_soak: '3s', canary_tolerance: 0.2 },
      platform: { canary: { metrics_url: prometheus.address } },
    });
    await hasScraped(prometheus.address);
  }, 60_000);
  afterAll(async () => {
    await rig.stop();
    await prometheus.stop();
    target.close();
    target.closeAllConnections();
  }, 30_000);
  const said = ({ messages }: ActionView) => messages.map(({ text }) => text).filter((text) => text.startsWith('Stage '));

  it('goes on while the changed hosts are no worse than the control group by more than the tolerance', async () => {
    errors.set('web-1', 0.011);
    const view = await rig.ended(await rig.begin('site-2'));
    expect(view.status).toBe('completed');
    expect(said(view)).toEqual(['Stage 1 of zone north: positive: 0.011 on the changed hosts, 0.01 on the unchanged', 'Stage 2 of zone north: positive: 0.0105 on the changed hosts, 0.01 on the unchanged']);
  }, 60_000);

  it('stops when they are worse, and leaves the others untouched', async () => {
    errors.set('web-1', 0.2);
    const view = await rig.ended(await rig.begin('site-3'));
    expect([view.status, view.hosts.map(({ state }) => state)]).toEqual(['failed', ['failed', 'skipped', 'skipped', 'skipped']]);
    expect(view.hosts[0]!.why).toContain('the metrics speak against stage 1: 0.2 on the changed hosts, 0.01 on the unchanged');
    expect(await rig.versions()).toEqual({ 'site-2': 3, 'site-3': 1 });
    evenly();
  }, 60_000);

  it('pauses when nothing can be compared, and goes on by what a person says', async () => {
    errors.delete('web-2');
    const action = await rig.begin('site-4');
    const waiting = await rig.until(action, ({ messages, status }) => status === 'waiting' && messages.some(({ text }) => text.includes('inconclusive')));
    expect(said(waiting)).toEqual(['Stage 1 of zone north: inconclusive: the query gave no number for the unchanged hosts']);
    expect(await rig.versions()).toEqual({ 'site-2': 3, 'site-4': 1 });
    evenly();
    await rig.edge.client().post(`/api/v1/actions/${action}/verdict`, { zone: 'north', stage: 1, verdict: 'positive' });
    expect((await rig.ended(action)).status).toBe('completed');
  }, 60_000);

  it('stops where Prometheus refuses the query', async () => {
    await rig.configure({ canary_query: 'avg(error_ratio{' });
    const view = await rig.ended(await rig.begin('site-5'));
    expect([view.status, await rig.versions()]).toEqual(['failed', { 'site-4': 3, 'site-5': 1 }]);
    expect(view.messages.map(({ text }) => text).join(' ')).toMatch(/Zone north stops: .*Prometheus answered 400/);
  }, 60_000);
});

/** A Prometheus that has just begun takes seconds until it reads its targets for the first time. */
async function hasScraped(address: string): Promise<void> {
  for (;;) {
    const { data } = (await (await fetch(`${address}/api/v1/query?query=count(error_ratio)`)).json()) as { data: { result: unknown[] } };
    if (data.result.length > 0) return;
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
}

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ImageRegistry } from './image-registry.js';
import { missingPrograms, skipped } from './missing-programs.js';
import { podmanEnvironment, podmanMissing } from './podman.js';
import { RolloutRig } from './rollout-rig.js';

const noPodman = podmanMissing();
const missing = [...(await missingPrograms()), ...(noPodman ? [noPodman] : [])];
const suite = missing.length === 0 ? describe : describe.skip;
const two = ['web-1', 'web-2'];

suite(`containers on hosts with a real podman${skipped(missing)}`, () => {
  let rig: RolloutRig;
  let registry: ImageRegistry;
  const folder = mkdtempSync(join(tmpdir(), 'edge-images-'));

  beforeAll(async () => {
    registry = await ImageRegistry.start(folder, { name: 'ci', password: 'Geheim-7 $x' });
    registry.add('1.0');
    registry.add('2.0');
    rig = await RolloutRig.start({ north: { web: { hosts: two, inpool_threshold: 50 } } }, 'none', {
      environment: { script: 'containers', config: { server_info: 'pool_info' } },
      config: { version: '1.0', container_runtime: 'podman', image_name: `${registry.address}/site`, container_name: 'site', env: { GREETING: "it's $HOME; true" }, registry: registry.address, registry_user: 'ci', registry_password: { $secret: 'images' }, stop_timeout: '1s', healthcheck_count: 20 },
      hosts: { environment: ({ folder: own, port }) => podmanEnvironment(join(own, 'podman'), { registry: registry.address, port }) },
    });
    await rig.edge.client().call('PUT', '/api/v1/spaces/web/secrets/images', { body: { value: 'Geheim-7 $x' } });
    for (const host of two) rig.fleet.byHand(host, 'stop');
  }, 60_000);
  afterAll(async () => {
    for (const host of two) podman(host, 'rm', '-f', '-t', '0', 'site');
    await rig.stop();
    registry.stop();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  const podman = (host: string, ...args: string[]) => spawnSync('podman', args, { encoding: 'utf8', env: { ...process.env, ...rig.fleet.environment(host) } });
  const inspected = (host: string) => podman(host, 'container', 'inspect', 'site', '--format', '{{.ImageName}} {{.RestartCount}} {{.Id}}').stdout.trim();
  async function perform(type: string, body: object = {}) {
    const { action_id: action } = await rig.edge.client().post<{ action_id: string }>(`/space/web/site/${type}/`, body);
    const view = await rig.ended(action, 120_000);
    const why = view.hosts.filter(({ state }) => state !== 'succeeded').map(({ host, why: reason }) => `${host}: ${reason ?? ''}`);
    return { status: view.status, why, action };
  }

  it('signs in, pulls and starts the container where none was, and replaces it with the next version', async () => {
    expect(await perform('deploy', { version: '1.0' })).toMatchObject({ status: 'completed', why: [] });
    expect(await rig.versions()).toEqual({ '1.0': 2 });
    expect(registry.signIns.length).toBeGreaterThanOrEqual(2);
    const { action, ...ended } = await perform('deploy', { version: '2.0' });
    expect(ended).toEqual({ status: 'completed', why: [] });
    expect([await rig.versions(), await rig.out()]).toEqual([{ '2.0': 2 }, {}]);
    expect(podman('web-1', 'container', 'inspect', 'site', '--format', '{{.Config.Env}}').stdout).toContain("GREETING=it's $HOME; true");
    const told = JSON.stringify([await rig.view(action), await rig.edge.client().get(`/api/v1/actions/${action}/journal`, { query: { limit: 1000 } })]);
    expect(told).toContain('podman login');
    expect(told).not.toContain('Geheim-7');
  }, 240_000);

  it('restarts the container that is there with the version it has, whatever is configured', async () => {
    const before = two.map(inspected);
    expect(before[0]).toContain('/site:2.0');
    await rig.configure({ version: '1.0' });
    expect(await perform('restart')).toMatchObject({ status: 'completed', why: [] });
    expect([await rig.versions(), two.map(inspected)]).toEqual([{ '2.0': 2 }, before]);
  }, 120_000);

  it('goes back to a version by a rollback, and leaves hosts in service whose image is not there', async () => {
    expect(await perform('rollback', { version: '1.0' })).toMatchObject({ status: 'completed', why: [] });
    expect(await rig.versions()).toEqual({ '1.0': 2 });
    const failed = await perform('deploy', { version: '9.9' });
    expect([failed.status, failed.why[0]]).toEqual(['failed', expect.stringContaining('pull the image')]);
    expect([await rig.versions(), await rig.out()]).toEqual([{ '1.0': 2 }, {}]);
  }, 120_000);
});

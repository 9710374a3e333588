import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkCommand } from '@edge/command-policy';
import { demoDocuments, type Fleet, hostFolder, hostNames, poolOf } from '@edge/edge';
import containers from '@edge/scripts/containers';
import loadBalanced from '@edge/scripts/load-balanced';
import oneByOne from '@edge/scripts/one-by-one';
import services from '@edge/scripts/services';
import { SimulatedBalancer, simulateScript, type Simulation } from '@edge/testing/script';

type Configuration = Simulation['config'];
interface Stored { kind: string; name: string; environment?: string; script?: string; config?: Configuration }

const scripts = { 'one-by-one': oneByOne, 'load-balanced': loadBalanced, services, containers };
/** The two documents of the seed as they stand, with its placeholders filled. */
const seed: Configuration = { server_info: 'pool_info', repo_dir: '/opt/mmtrepos', stop_command: '/etc/init.d/mmtwebd stop', start_command: '/etc/init.d/mmtwebd start', is_staggered: true, is_canary: true, member_session_wait_time: 600, bizeye_folder: '/opt/bizeye', context_dir: '/opt/app', run_as: 'root' };

/** Every command that an action of every type would send to the hosts. */
async function rendered(script: keyof typeof scripts, config: Configuration): Promise<{ type: string; text: string; runAs?: string }[]> {
  const all: { type: string; text: string; runAs?: string }[] = [];
  const hosts = Object.fromEntries(['h1', 'h2'].map((name) => [name, { zone: 'MUM', pools: ['pool1'], runs: 'shop-1.tar.gz', vars: { port: 8080 } }]));
  for (const type of Object.keys(scripts[script].actions)) {
    const balancer = new SimulatedBalancer({ 'MUM/pool1': { members: ['h1', 'h2'] } });
    const { commands } = await simulateScript({
      script: scripts[script], type, config: scripts[script].config.parse(config) as Configuration, hosts, version: 'shop-42.tar.gz', loadBalancer: { name: 'main', type: 'haproxy' }, pools: [{ zone: 'MUM', name: 'pool1', inpool_threshold: 0 }],
      onCall: ({ service, request }) => (service === 'load-balancer' ? balancer.answer(request) as unknown as Configuration : { healthy: true, detail: '' }), onSignal: () => ({ verdict: 'success' }),
    });
    all.push(...commands.map(({ text, runAs }) => ({ type, text, ...(runAs ? { runAs } : {}) })));
  }
  return all;
}

const refused = (commands: { text: string; runAs?: string }[]) => commands.flatMap(({ text, runAs }) => {
  const verdict = checkCommand(text, runAs ? { runAs } : {});
  return verdict.verdict === 'allow' ? [] : [{ text, ...verdict }];
});

describe('commands that the shipped scripts render', () => {
  let folder: string;
  let documents: Stored[];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'edge-rendered-'));
    const fleet: Fleet = {
      folder, user: 'edge', hosts: hostNames().map(({ name, zone }, index) => ({ name, zone, pool: poolOf(zone), sshPort: 2_200 + index, appPort: 8_000 + index })),
      artifactServers: { north: 'http://127.0.0.1:40101', south: 'http://127.0.0.1:40102' }, artifactPorts: {}, fronts: {}, balancerPort: 9_000, windowPort: 9_001, node: 'node',
    };
    for (const { name } of fleet.hosts) {
      mkdirSync(hostFolder(fleet, name), { recursive: true });
      writeFileSync(join(hostFolder(fleet, name), 'host_key.pub'), 'ssh-ed25519 AAAA demo\n');
    }
    documents = demoDocuments(fleet) as Stored[];
  });
  afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

  it("from the demo's configuration may run", async () => {
    const projects = documents.filter(({ kind }) => kind === 'Project');
    expect(projects.length).toBeGreaterThan(1);
    for (const project of projects) {
      const environment = documents.find(({ kind, name }) => kind === 'Environment' && name === project.environment);
      const commands = await rendered(environment?.script as keyof typeof scripts, { ...environment?.config, ...project.config });
      expect(commands.length).toBeGreaterThan(10);
      expect(refused(commands)).toEqual([]);
    }
  });

  it.each(['one-by-one', 'load-balanced'] as const)("from the seed's configuration may run: %s", async (script) => {
    const commands = await rendered(script, { ...seed, ...(script === 'one-by-one' ? { server_info: 'server_list' } : {}) });
    expect(commands.length).toBeGreaterThan(10);
    expect(new Set(commands.map(({ runAs }) => runAs))).toEqual(new Set(['root']));
    expect(refused(commands)).toEqual([]);
  });

  it('for services and containers may run', async () => {
    const commands = [
      ...await rendered('services', { server_info: 'pool_info', repo_dir: '/opt/repos', context_dir: '/opt/shop', service_port: 'port', stop_command: '/etc/init.d/shop stop', start_command: '/etc/init.d/shop start', custom_install_cmd: 'sudo -u shop /opt/shop/bin/migrate' }),
      ...await rendered('containers', { server_info: 'pool_info', image_name: 'registry.example:5000/shop', container_name: 'shop', port: { 8080: '80' }, volumes: { '/srv/data dir': '/data' }, env: { GREETING: "it's; rm -rf /" } }),
    ];
    expect(commands.length).toBeGreaterThan(20);
    expect(refused(commands)).toEqual([]);
  });
});

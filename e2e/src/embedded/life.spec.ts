import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { runCli } from '../cli/run-cli.js';
import { demoFolder, demoHosts, removeFolder, runningVersions } from './demo-data.js';
import { repositoryRoot } from './edge-process.js';
import { withEdge } from './with-edge.js';

describe("the demo's fleet", () => {
  const world = withEdge('--demo');

  const supervisor = () => (JSON.parse(readFileSync(join(world.data, 'demo', 'supervisor.json'), 'utf8')) as { pid: number }).pid;
  const applications = () => Object.fromEntries(demoHosts(world.data).map(({ name }) => [name, readFileSync(join(world.data, 'demo', 'hosts', name, 'shop.pid'), 'utf8').trim()]));

  it('outlives kill -9 of Edge and is adopted by its next start', async () => {
    const before = { supervisor: supervisor(), applications: applications(), address: world.edge.address().url };
    await world.edge.end('SIGKILL');
    expect(await runningVersions(world.data)).toMatchObject({ 'web-01': 'shop-1', 'web-12': 'shop-1' });
    expect(existsSync(join(world.data, 'edge.json'))).toBe(true);
    expect(await runCli(['action', 'list'], { env: { EDGE_DATA: world.data } })).toMatchObject({ code: 7, err: expect.stringMatching(/Edge does not answer/) });
    await world.edge.start();
    expect({ supervisor: supervisor(), applications: applications() }).toEqual({ supervisor: before.supervisor, applications: before.applications });
    const { body } = await world.edge.client().call('POST', '/api/v1/commands', { body: { hosts: ['web-12'], command: 'hostname' }, headers: { prefer: 'wait=30' } });
    expect(body).toMatchObject({ 'web-12': { hostname: [0, true, ['web-12']] } });
  }, 60_000);

  it('lives on when Edge is ended by SIGTERM, and ends by `edge demo stop`', async () => {
    expect(await world.edge.end('SIGTERM')).toBe(0);
    expect(existsSync(join(world.data, 'edge.json'))).toBe(false);
    expect(await runningVersions(world.data)).toMatchObject({ 'web-01': 'shop-1' });
    const pid = supervisor();
    expect(await runCli(['demo', 'stop'], { env: { EDGE_DATA: world.data } })).toEqual({ code: 0, out: '', err: 'The demo fleet has ended.\n' });
    expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
    expect(new Set(Object.values(await runningVersions(world.data)))).toEqual(new Set(['fetch failed']));
    expect(await runCli(['demo', 'stop'], { env: { EDGE_DATA: world.data } })).toEqual({ code: 0, out: '', err: 'No demo fleet is running here.\n' });
  }, 60_000);

  it('comes up again on the same ports with what it ran before, and ends with Ctrl-C', async () => {
    const ports = demoHosts(world.data);
    await world.edge.start();
    expect({ ports: demoHosts(world.data), versions: new Set(Object.values(await runningVersions(world.data))) }).toEqual({ ports, versions: new Set(['shop-1']) });
    const pid = supervisor();
    expect(await world.edge.end('SIGINT')).toBe(0);
    await untilGone(pid);
    expect(existsSync(join(world.data, 'demo', 'supervisor.json'))).toBe(false);
    expect(new Set(Object.values(await runningVersions(world.data)))).toEqual(new Set(['fetch failed']));
  }, 120_000);

  async function untilGone(pid: number): Promise<void> {
    for (let tries = 0; tries < 200; tries++) {
      if (spawnSync('kill', ['-0', String(pid)]).status !== 0) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`Process ${pid} is still there.`);
  }

  it('prints the link, the place of the token and a command that can be pasted', async () => {
    await world.edge.start();
    for (let tries = 0; tries < 200 && !world.edge.output.includes('npx edge'); tries++) await new Promise((resolve) => setTimeout(resolve, 50));
    const [, link] = /Console {3}(http:\/\/127\.0\.0\.1:\d+\/#code=\S+)/.exec(world.edge.output)!;
    expect(link).not.toContain(world.edge.address().token);
    const pasted = /^ {2}(curl .*)$/m.exec(world.edge.output)![1]!.replace('"shop-2.tar.gz"', '"shop-2.tar.gz", "servers": ["web-02"]');
    const ran = spawnSync('sh', ['-c', `${pasted} -s -H 'Prefer: wait=60'`], { encoding: 'utf8' });
    expect(JSON.parse(ran.stdout)).toMatchObject({ status: 'completed', hosts: [{ host: 'web-02', state: 'succeeded' }] });
    expect((await runningVersions(world.data))['web-02']).toBe('shop-2');
  }, 120_000);
});

describe('edge up that cannot start', () => {
  let data: string;
  let busy: Server;

  beforeAll(async () => {
    data = await demoFolder();
    busy = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => busy.once('listening', resolve));
    writeFileSync(join(data, 'file'), '');
  });

  afterAll(async () => {
    busy.close();
    await removeFolder(data);
  });

  const started = (env: Record<string, string>) => {
    const ran = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', join(repositoryRoot(), 'apps/edge/dist/program.js')], { encoding: 'utf8', env: { ...process.env, EDGE_DATA: join(data, 'edge'), EDGE_PORT: '0', EDGE_LOG_LEVEL: 'warn', ...env }, timeout: 30_000 });
    return { code: ran.status, says: ran.stderr, out: ran.stdout };
  };

  it('says which port is used and what to do', () => {
    const { port } = busy.address() as AddressInfo;
    expect(started({ EDGE_PORT: String(port) })).toMatchObject({ code: 1, says: expect.stringMatching(new RegExp(`^The port is in use \\([^\\n]*${port}\\): set EDGE_PORT to another one, or 0 for any free one\\.\\n$`)) });
  });

  it.each([['/proc/nope'], ['/proc/self/fd/edge/data']])('says that the data directory %s cannot be made', (folder) => {
    expect(started({ EDGE_DATA: folder })).toEqual({ code: 1, out: '', says: expect.stringMatching(/^[^\n]*\/proc\/[^\n]*EDGE_DATA=<folder>\.\n$/) });
  });

  it('says that the data directory is none', () => {
    expect(started({ EDGE_DATA: join(data, 'file') })).toEqual({ code: 1, out: '', says: expect.stringMatching(/^[^\n]*file[^\n]*EDGE_DATA=<folder>\.\n$/) });
  });

  const settings: [string, Record<string, string>, RegExp][] = [
    ['a port that is none', { EDGE_PORT: 'http' }, /^EDGE_PORT "http" [^\n]+; example: EDGE_PORT=\d+\n$/],
    ['two wrong ones, all at once', { EDGE_PORT: '70000', EDGE_LOG_LEVEL: 'loud' }, /^EDGE_PORT "70000" [^\n]+\nEDGE_LOG_LEVEL "loud" [^\n]+\n$/],
    ['a retention that is no duration', { EDGE_RETENTION: 'long' }, /^EDGE_RETENTION "long" [^\n]+example: EDGE_RETENTION=30d\n$/],
    ['an address beyond loopback without TLS', { EDGE_HOST: '0.0.0.0' }, /^EDGE_HOST 0\.0\.0\.0 is beyond loopback[^\n]+\n$/],
    ['half of TLS', { EDGE_TLS_CERT: '/nowhere/tls.crt' }, /^EDGE_TLS_CERT and EDGE_TLS_KEY go together: set both\.\n$/],
    ['a certificate that is not there', { EDGE_TLS_CERT: '/nowhere/tls.crt', EDGE_TLS_KEY: '/nowhere/tls.key' }, /^EDGE_TLS_CERT \/nowhere\/tls\.crt cannot be read: ENOENT\.\n$/],
    ['a folder of scripts that is not there', { EDGE_SCRIPTS: '/nowhere/scripts' }, /^EDGE_SCRIPTS \/nowhere\/scripts is no folder\.\n$/],
    ['a secret that is set twice', { EDGE_SSH_PASSWORD: 'a', EDGE_SSH_PASSWORD_FILE: '/nowhere' }, /^EDGE_SSH_PASSWORD and EDGE_SSH_PASSWORD_FILE are both set: set one[^\n]+\n$/],
  ];
  it.each(settings)('refuses %s in one sentence each, with an example', (_name, env, says) => {
    expect(started(env)).toEqual({ code: 2, out: '', says: expect.stringMatching(says) });
  });
});

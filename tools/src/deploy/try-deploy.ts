import { freePorts } from '@edge/testing/engines';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Check, Podman } from './podman.js';

const cli = 'node apps/cli/dist/main.js';
const image = 'localhost/edge-demo-host';

/** Deploys twice through the image to two demo hosts, each a container: what `prepare` makes is what the compose file uses. All of it on loopback. */
export async function tryDeploy(podman: Podman, root: string): Promise<Check[]> {
  await podman.run('build', '--quiet', '--build-arg', 'BASE=localhost/edge-base', '--tag', image, `${root}tools/src/deploy/demo-host`);
  const [edge, artifacts, ssh1, app1, ssh2, app2] = (await freePorts(6)) as [number, number, number, number, number, number];
  const made = ['tls', 'ssh', 'fleet', 'documents'].flatMap((name) => ['--volume', `${name}:/${name}`]);
  const hosts = `web-01=127.0.0.1:${ssh1}:${app1} web-02=127.0.0.1:${ssh2}:${app2}`;
  await podman.run('run', '--rm', '--read-only', '--tmpfs', '/tmp', '--cap-drop', 'all', ...made, '--env', `DEMO_HOSTS=${hosts}`, '--env', `DEMO_ARTIFACTS=http://127.0.0.1:${artifacts}`, image, '/demo/prepare');
  await podman.start('artifacts', '--volume', 'fleet:/fleet:ro', image, 'busybox', 'httpd', '-f', '-p', `127.0.0.1:${artifacts}`, '-h', '/fleet/artifacts');
  for (const [name, port] of [['web-01', ssh1], ['web-02', ssh2]] as const) {
    await podman.start(name, '--uts', 'private', '--hostname', name, '--volume', 'fleet:/fleet:ro', '--volume', `${name}:/home/deploy`, '--env', 'SSH_LISTEN=127.0.0.1', '--env', `SSH_PORT=${port}`, image);
  }
  await startEdge(podman, edge);
  const said = await deploy(podman, edge);
  const shops = await Promise.all([app1, app2].map((port) => fetch(`http://127.0.0.1:${port}/`).then((response) => response.text(), String)));
  const expected = ['web-01', 'web-02'].map((host) => `{"version": "shop-2", "host": "${host}"}\n`);
  return [{ check: 'a deploy runs through it, over TLS, to hosts in containers', ok: shops.join('') === expected.join(''), saw: `${said}; ${shops.join(' ').trim()}` }];
}

async function startEdge(podman: Podman, port: number): Promise<void> {
  const settings = { EDGE_HOST: '127.0.0.1', EDGE_PORT: port, EDGE_TLS_CERT: '/tls/edge.crt', EDGE_TLS_KEY: '/tls/edge.key', EDGE_TLS_CA: '/tls/ca.crt', NODE_EXTRA_CA_CERTS: '/tls/ca.crt', EDGE_URL: `https://localhost:${port}` };
  const environment = Object.entries(settings).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
  await podman.start('edge-tls', '--volume', 'tls:/tls:ro', '--volume', 'ssh:/data/.ssh:ro', '--volume', 'documents:/documents:ro', ...environment, 'localhost/edge');
  const ready = `fetch('https://localhost:${port}/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))`;
  for (const deadline = Date.now() + 30_000; ; await sleep(300)) {
    const failure = await podman.run('exec', 'edge-tls', 'node', '-e', ready).then(() => undefined, (error: Error) => error);
    if (!failure) return;
    if (Date.now() > deadline) throw failure;
  }
}

/** The last line of the second deploy, or what went wrong with either. */
async function deploy(podman: Podman, port: number): Promise<string> {
  const steps = [`${cli} apply -f /documents`, ...[1, 2].map((build) => `${cli} deploy demo/shop --version shop-${build}.tar.gz --follow --timeout 2m`)];
  const script = `export EDGE_TOKEN=$(cat /data/administrator.token) && { ${steps.join(' && ')}; } 2>&1`;
  return podman.run('exec', '--env', `EDGE_URL=https://localhost:${port}`, 'edge-tls', 'sh', '-c', script).then((text) => text.split('\n').at(-1) ?? '', (error: Error) => error.message);
}

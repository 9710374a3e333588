// Builds Edge's image for real, starts `edge` in it as locked down as a cluster would, looks whether it keeps what it promises, and deploys through it.
// Needs podman, runc and debootstrap (Debian packages) and root. With --compose it also brings the Edge half of docker-compose.yml up, over real engines of
// this machine. Usage: npm run image -- [--compose] [--base <image tar>]. Last line: a JSON object; exit 1 if a check fails.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { findProgram, freePort, Unavailable } from '@edge/testing/engines';
import { baseImage } from './base-image.js';
import { type Check, Podman } from './podman.js';
import { tryCompose } from './try-compose.js';
import { tryDeploy } from './try-deploy.js';

const { values } = parseArgs({ options: { base: { type: 'string' }, compose: { type: 'boolean', default: false } } });
const root = fileURLToPath(new URL('../..', import.meta.url)); // this program runs from .cache/programs
const services = ['gateway', 'config', 'acl', 'orchestrator', 'executor', 'log-shipper'];
const drainSeconds = 25;

try {
  const { checks, figures } = await tryImage();
  for (const { check, ok, saw } of checks) console.log(`${ok ? 'ok    ' : 'FAILED'} ${check}: ${saw}`);
  const failed = checks.filter((one) => !one.ok).length;
  console.log(JSON.stringify({ image: 'edge', checks: checks.length, failed, ...figures }));
  process.exitCode = failed > 0 ? 1 : 0;
} catch (error) {
  if (!(error instanceof Unavailable)) throw error;
  console.error(`The image cannot be tried here: ${error.message}.`);
  process.exitCode = 1;
}

async function tryImage(): Promise<{ checks: Check[]; figures: Record<string, number> }> {
  if (!existsSync(`${root}apps/edge/dist/main.js`)) throw new Unavailable('nothing is built; run "npm run build -- --all" first');
  const [program, debootstrap] = await Promise.all([findProgram('podman'), values.base ? '' : findProgram('debootstrap'), findProgram('runc')]);
  await using podman = await Podman.open(program, `${root}tools/src/deploy/containers.conf`);
  await podman.run('import', values.base ?? (await baseImage(debootstrap)), 'localhost/edge-base');
  await podman.run('build', '--quiet', '--build-arg', 'BASE=localhost/edge-base', '--build-arg', `NODE_PACKAGE=node-linux-${process.arch}`, '--tag', 'localhost/edge', root);
  const [baseMb, imageMb] = [await sizeMb(podman, 'localhost/edge-base'), await sizeMb(podman, 'localhost/edge')];
  const checks = [{ check: 'the image is small', ok: imageMb - baseMb < 250, saw: `${imageMb - baseMb} MB on a base of ${baseMb} MB` }, await unprotected(podman), ...(await programs(podman))];
  const { runs, startMs, stopMs } = await running(podman);
  return { checks: [...checks, ...runs, ...(await tryDeploy(podman, root)), ...(values.compose ? await tryCompose(podman, root) : [])], figures: { imageMb, baseMb, startMs, stopMs } };
}

async function sizeMb(podman: Podman, image: string): Promise<number> {
  return Math.round(Number(await podman.run('image', 'inspect', '--format', '{{.Size}}', image)) / 1e6);
}

/** The image listens beyond loopback, so without TLS or a proxy it must refuse. */
async function unprotected(podman: Podman): Promise<Check> {
  const refused = await podman.run('run', '--rm', 'localhost/edge').then(() => 'it started', (error: Error) => error.message);
  return { check: 'without TLS or a proxy it refuses to start', ok: refused.includes('EDGE_TLS_CERT'), saw: refused.split('\n').at(-1) ?? '' };
}

/** A service is in the image when it is built; one that is not yet written is no fault of the image. */
async function programs(podman: Podman): Promise<Check[]> {
  const inside = (await podman.run('run', '--rm', 'localhost/edge', 'sh', '-c', 'ls -d apps/*/dist/main.js')).split('\n');
  const expected = services.concat('edge', 'cli').filter((name) => existsSync(`${root}apps/${name}/dist/main.js`)).map((name) => `apps/${name}/dist/main.js`);
  return [{ check: 'every program that is built is in it', ok: expected.every((file) => inside.includes(file)), saw: inside.join(' ') }];
}

async function running(podman: Podman): Promise<{ runs: Check[]; startMs: number; stopMs: number }> {
  const port = await freePort();
  const since = performance.now();
  await podman.start('edge', '--env', 'EDGE_HOST=127.0.0.1', '--env', `EDGE_PORT=${port}`, 'localhost/edge');
  const alive = await answer(`http://127.0.0.1:${port}/livez`);
  const startMs = Math.round(performance.now() - since);
  const ready = await answer(`http://127.0.0.1:${port}/readyz`);
  const user = await podman.run('exec', 'edge', 'id', '-u');
  const mounted = await podman.run('exec', 'edge', 'sed', '-n', 's|^[^ ]* / [^ ]* \\([^ ]*\\).*|\\1|p', '/proc/1/mounts');
  const rights = await podman.run('exec', 'edge', 'sh', '-c', 'grep -E "^(CapEff|NoNewPrivs)" /proc/1/status | tr -s "\\t\\n" " "');
  const { exitCode, tookMs: stopMs } = await podman.stop('edge', { graceSeconds: 40 });
  const runs = [
    { check: 'it is alive', ok: alive === 200, saw: `/livez ${alive} after ${startMs} ms` },
    { check: 'it is ready', ok: ready === 200, saw: `/readyz ${ready}` },
    { check: 'it runs as a user of its own', ok: user === '10001', saw: `uid ${user}` },
    { check: 'its root is read-only', ok: mounted.split(',').includes('ro'), saw: mounted.slice(0, 20) },
    { check: 'it has no capabilities', ok: /CapEff: 0+ /.test(`${rights} `) && /NoNewPrivs: 1/.test(rights), saw: rights },
    { check: `SIGTERM ends it within ${drainSeconds} s`, ok: exitCode === 0 && stopMs < drainSeconds * 1000, saw: `exit ${exitCode} after ${stopMs} ms` },
  ];
  return { runs, startMs, stopMs };
}

/** The status that an address answers with, once anything answers there; 0 if nothing does within half a minute. */
async function answer(url: string): Promise<number> {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await sleep(100)) {
    const status = await fetch(url).then((response) => response.status, () => 0);
    if (status > 0) return status;
  }
  return 0;
}

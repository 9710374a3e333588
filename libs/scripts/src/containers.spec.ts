import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { type HostAnswer, SimulatedBalancer, type Simulation, simulateScript } from '@edge/testing/script';
import containers from './containers.js';

type Json = ReturnType<NonNullable<Simulation['onCall']>>;

const config = {
  image_name: 'registry.example:5000/shop', container_name: 'shop', port: { 8080: 80 }, volumes: { '/srv/data dir': '/data' }, env: { GREETING: "it's; rm -rf /" }, secret_env: { DB_PASSWORD: { $secret: 'db' } },
  registry: 'registry.example:5000', registry_user: 'ci', registry_password: { $secret: 'registry' }, stop_timeout: '1m',
};
function play(type: string, more: { cancelAfter?: number; config?: object; onCommand?: (command: { host: string; step: string }) => HostAnswer } = {}) {
  const balancer = new SimulatedBalancer({ 'Z/p': { members: ['a', 'b'] } });
  return simulateScript({
    script: containers, type, version: '2.0', loadBalancer: { name: 'lb', type: 'haproxy' }, pools: [{ zone: 'Z', name: 'p', inpool_threshold: 50 }], hosts: { a: { zone: 'Z' }, b: { zone: 'Z' } },
    config: { ...config, ...more.config } as Simulation['config'], onCall: ({ request }) => balancer.answer(request) as unknown as Json, ...(more.onCommand ? { onCommand: more.onCommand } : {}), ...(more.cancelAfter === undefined ? {} : { cancelAfter: more.cancelAfter }),
  });
}

describe('containers', () => {
  it('pulls, then replaces the container, with every value quoted and no secret in any text', async () => {
    const { succeeded, commands, requests } = await play('deploy', { config: { container_runtime: 'podman' } });
    expect(succeeded).toEqual(['a', 'b']);
    expect(commands.filter(({ host }) => host === 'a').map(({ text }) => text)).toEqual([
      'printf %s "$REGISTRY_PASSWORD" | podman login --username ci --password-stdin registry.example:5000',
      'podman pull registry.example:5000/shop:2.0',
      'if podman container inspect shop >/dev/null 2>&1; then podman stop -t 60 shop; fi',
      'if podman container inspect shop >/dev/null 2>&1; then podman rm -f shop; fi',
      "podman run -d --name shop -p 8080:80 -v '/srv/data dir:/data' -e 'GREETING=it'\\''s; rm -rf /' -e DB_PASSWORD registry.example:5000/shop:2.0",
    ]);
    expect(requests.flatMap((request) => (request.kind === 'exec' && request.host === 'a' ? [request.secretEnv ?? {}] : []))).toEqual([{ REGISTRY_PASSWORD: 'registry' }, {}, {}, {}, { DB_PASSWORD: 'db' }]);
    for (const { text } of commands) expect(spawnSync('/bin/sh', ['-n', '-c', text]).status).toBe(0);
  });
  it('leaves a host in service when its image cannot be pulled', async () => {
    const { failed, notes } = await play('deploy', { onCommand: ({ host, step }) => (host === 'a' && step === 'pull the image' ? { code: 1 } : undefined) });
    expect([Object.keys(failed), notes.some((note) => note.event === 'host-out' && note.host === 'a')]).toEqual([['a'], false]);
  });
  it('restarts the container that is there, with the version that it has', async () => {
    const { commands } = await play('restart');
    expect(commands.map(({ text }) => text)).toEqual(['a', 'b'].flatMap(() => ['if docker container inspect shop >/dev/null 2>&1; then docker stop -t 60 shop; fi', 'docker start shop']));
  });
  it('starts the former container again when it is cancelled before that is removed, else the next one', async () => {
    const after = async (cancelAfter: number) => (await play('deploy', { cancelAfter, onCommand: ({ step }) => (step === 'start' ? { outcome: 'cancelled', cause: 'cancelled' } : undefined) })).commands.map(({ step, text }) => `${step}: ${text.split(' ').slice(0, 3).join(' ')}`);
    const cuts = await Promise.all(Array.from({ length: 12 }, (_, n) => after(n)));
    expect(cuts.map((commands) => commands.at(-1)).filter((last) => last?.startsWith('start again'))).toEqual(['start again: docker start shop', 'start again: docker run -d']);
  });
});

import { describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { hostRuns, runningVersions } from './demo-data.js';
import { withEdge } from './with-edge.js';

interface Shown { status: string; hosts: { host: string; state: string; step?: string; commands: { command_id: string; step: string; result?: { outcome: string; cause: string; detail?: string } }[] }[]; messages: { text: string }[] }
const ends = ['completed', 'failed', 'cancelled'];

describe('a cancellation, and kill -9 right behind it', () => {
  const world = withEdge('--demo');
  const view = (id: string) => world.edge.client().get<Shown>(`/api/v1/actions/${id}`);

  async function until(id: string, holds: (shown: Shown) => boolean | Promise<boolean>): Promise<Shown> {
    for (;;) {
      const shown = await view(id);
      if (await holds(shown)) return shown;
      await sleep(50);
    }
  }

  async function cancelAndKill(id: string): Promise<Shown> {
    await world.edge.client().post(`/api/v1/actions/${id}/cancel`, { reason: 'enough' });
    await world.edge.end('SIGKILL');
    await world.edge.start();
    return until(id, ({ status }) => ends.includes(status));
  }

  it('never says of a command that ran that it was not sent, and loses nothing that it wrote', async () => {
    const hosts = ['web-04', 'web-05'];
    const { action_id: id } = await world.edge.client().post<{ action_id: string }>('/api/v1/commands', { hosts, command: 'sh app/count cut 2 30', space: 'demo' });
    await until(id, () => hosts.every((host) => hostRuns(world.data, host).includes('count cut')));
    const ended = await cancelAndKill(id);
    expect(ended.status).toBe('cancelled');
    expect(ended.hosts.map(({ host, state, commands }) => [host, state, commands.map(({ result }) => result?.cause)])).toEqual(hosts.map((host) => [host, 'cancelled', ['cancelled']]));
    for (const { host, commands } of ended.hosts) {
      expect(hostRuns(world.data, host).filter((line) => line === 'count cut')).toHaveLength(1);
      const output = () => world.edge.client().get<string>(`/api/v1/actions/${id}/commands/${commands[0]!.command_id}/output`, { query: { stream: 'stdout' }, headers: { accept: 'application/octet-stream' } });
      while ((await output()) !== `cut 1 of 2 on ${host}\ncut 2 of 2 on ${host}\n`) await sleep(50);
    }
  }, 120_000);

  it('leaves no host stopped in silence', async () => {
    const { action_id: id } = await world.edge.client().post<{ action_id: string }>('/space/demo/shop/deploy/', { version: 'shop-2.tar.gz', servers: ['web-02'], countdown: 0, config: { stop_command: 'sh app/stop; sleep 30' } });
    await until(id, () => hostRuns(world.data, 'web-02').includes(`stop ${id}`));
    const ended = await cancelAndKill(id);
    expect(ended.status).not.toBe('completed');
    expect(ended.hosts[0]!.commands.find(({ step }) => step === 'stop')!.result).toMatchObject({ outcome: 'cancelled' });
    const runs = (await runningVersions(world.data))['web-02'];
    expect([runs, ended.hosts[0]!.state]).toEqual(runs === 'shop-1' ? ['shop-1', 'cancelled'] : [runs, 'failed']);
  }, 120_000);
});

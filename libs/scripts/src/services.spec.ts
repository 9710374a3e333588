import { describe, expect, it } from '@jest/globals';
import { type Simulation, simulateScript } from '@edge/testing/script';
import services from './services.js';

type OnCall = NonNullable<Simulation['onCall']>;
type Call = Parameters<OnCall>[0]['request'];

describe('services', () => {
  it('takes out only the member with the port of the service, and touches only the selected hosts', async () => {
    const calls: Call[] = [];
    const state = new Map(['a:7001', 'a:7002', 'b:7001', 'b:7002', 'c:7001'].map((member) => [member, 'in']));
    const { succeeded, commands } = await simulateScript({
      script: services, type: 'deploy', version: 'svc-2.jar', loadBalancer: { name: 'lb', type: 'haproxy' }, pools: [{ zone: 'Z', name: 'p', inpool_threshold: 50 }],
      config: { service_port: 'service_port', stop_command: 'systemctl stop svc', start_command: 'systemctl start svc', repo_dir: '/opt/repo', context_dir: '/opt/svc' },
      hosts: { a: { zone: 'Z', vars: { service_port: 7002 } }, b: { zone: 'Z', vars: { service_port: 7002 } } },
      onCall: ({ request }): ReturnType<OnCall> => {
        if (request['op'] === 'members') return { pools: [{ pool: { zone: 'Z', name: 'p' }, members: [...state].map(([member, now]) => ({ host: member.split(':')[0]!, port: Number(member.split(':')[1]), state: now, healthy: true, sessions: 0 })) }] };
        calls.push(request);
        state.set(`${String(request['host'])}:${String(request['port'])}`, request['op'] === 'put-back' ? 'in' : 'out');
        return { done: true };
      },
    });
    expect(succeeded).toEqual(['a', 'b']);
    expect(calls.map(({ op, host, port }) => `${String(op)} ${String(host)}:${String(port)}`)).toEqual(['drain a:7002', 'take-out a:7002', 'put-back a:7002', 'drain b:7002', 'take-out b:7002', 'put-back b:7002']);
    expect(commands.some(({ host }) => host === 'c')).toBe(false);
  });
});

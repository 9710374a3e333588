import { expect, it } from '@jest/globals';
import type { LoadBalancer, PoolRef } from '@edge/ports';
import { eventually } from './eventually.js';
import { type ContractOptions, contractSuite, type Factory } from './suite.js';

/** A load balancer with one pool of three hosts that serve, and traffic through it. */
export interface BalancerRig {
  balancer: LoadBalancer;
  pool: PoolRef;
  /** Three host names, as the members say them. */
  hosts: [string, string, string];
  /** Port of each host's member. */
  ports: Record<string, number>;
  /** Opens a session through the load balancer that lasts until the answer is called. */
  openSession(): Promise<() => Promise<void>>;
}

/** What every load balancer promises. */
export function loadBalancerContract(name: string, make: Factory<BalancerRig>, options: ContractOptions = {}): void {
  contractSuite(`LoadBalancer: ${name}`, make, {
    options,
    tests: (rig) => {
      const states = async () => Object.fromEntries((await rig().balancer.members(rig().pool)).map(({ host, state }) => [host, state]));
      const all = (state: string) => Object.fromEntries(rig().hosts.map((host) => [host, state]));

      it('lists every member of a pool with port, state, health and sessions', async () => {
        const { balancer, pool, hosts, ports } = rig();
        const members = await balancer.members(pool);
        expect([...members].sort((a, b) => (a.host < b.host ? -1 : 1))).toEqual([...hosts].sort().map((host) => ({ host, port: ports[host], state: 'in', healthy: true, sessions: 0 })));
      });

      it('drains, takes out and puts back one member, and reads back what it did', async () => {
        const { balancer, pool, hosts: [host] } = rig();
        await balancer.drain(pool, { host });
        expect(['draining', 'out']).toContain((await states())[host]);
        await balancer.takeOut(pool, { host });
        expect(await states()).toEqual({ ...all('in'), [host]: 'out' });
        await balancer.putBack(pool, { host });
        expect(await states()).toEqual(all('in'));
      });

      it('changes nothing when it is told the same again', async () => {
        const { balancer, pool, hosts: [, host] } = rig();
        for (let n = 0; n < 2; n += 1) await balancer.takeOut(pool, { host });
        expect(await states()).toEqual({ ...all('in'), [host]: 'out' });
        for (let n = 0; n < 2; n += 1) await balancer.putBack(pool, { host });
        expect(await states()).toEqual(all('in'));
      });

      it('tells a member by its port', async () => {
        const { balancer, pool, hosts: [, , host], ports } = rig();
        await balancer.takeOut(pool, { host, port: ports[host]! });
        expect(await states()).toEqual({ ...all('in'), [host]: 'out' });
        await balancer.putBack(pool, { host, port: ports[host]! });
        await expect(balancer.takeOut(pool, { host, port: 1 })).rejects.toThrow(host);
        expect(await states()).toEqual(all('in'));
      });

      it('keeps running sessions while a member drains, and counts them', async () => {
        const { balancer, pool, hosts: [host, ...others], openSession } = rig();
        for (const other of others) await balancer.takeOut(pool, { host: other });
        const close = await openSession();
        const sessions = async () => (await balancer.members(pool)).find((member) => member.host === host)?.sessions;
        await eventually(async () => (await sessions()) === 1, 'the session to be counted');
        await balancer.drain(pool, { host });
        expect(await sessions()).toBe(1);
        await close();
        await eventually(async () => (await sessions()) === 0, 'the session to be gone');
        for (const each of [host, ...others]) await balancer.putBack(pool, { host: each });
        expect(await states()).toEqual(all('in'));
      });

      it('names a pool or a member that it does not know', async () => {
        const { balancer, pool } = rig();
        await expect(balancer.members({ ...pool, name: 'no-such-pool' })).rejects.toThrow('no-such-pool');
        await expect(balancer.drain(pool, { host: 'no-such-host' })).rejects.toThrow('no-such-host');
      });

      it('sends nothing that a name could smuggle in', async () => {
        const { balancer, pool, hosts: [host] } = rig();
        await expect(balancer.takeOut(pool, { host: `${host}; shutdown sessions server x/y\n` })).rejects.toThrow();
        await expect(balancer.members({ ...pool, name: 'p&q=1 / x' })).rejects.toThrow();
        expect(await states()).toEqual(all('in'));
      });
    },
  });
}

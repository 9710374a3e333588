import { loadBalancerContract } from '../contracts/load-balancer-contract.js';
import { MemoryLoadBalancer } from './memory-load-balancer.js';

loadBalancerContract('in memory', async () => {
  const pool = { zone: 'Z', name: 'app' };
  const balancer = new MemoryLoadBalancer().add(pool, ['a', 'b', 'c'].map((host) => ({ host, port: 80 })));
  return {
    store: {
      balancer, pool, hosts: ['a', 'b', 'c'], ports: { a: 80, b: 80, c: 80 },
      async openSession() {
        const member = balancer.pools.get('Z/app')!.find(({ state }) => state === 'in')!;
        member.sessions += 1;
        return async () => { member.sessions -= 1; };
      },
    },
    async dispose() {},
  };
});

import { errors, type JsonObject } from '@edge/contracts';
import { HaproxyLoadBalancer } from '@edge/haproxy';
import type { LoadBalancer } from '@edge/ports';

/** The adapter for a load balancer of the platform's configuration; one per configuration, so that changes of it stay in order. */
export function loadBalancers(): (config: { name: string } & JsonObject) => LoadBalancer {
  const known = new Map<string, LoadBalancer>();
  return (config) => {
    const key = JSON.stringify(config);
    const found = known.get(key) ?? create(config);
    known.set(key, found);
    return found;
  };
}

function create(config: { name: string } & JsonObject): LoadBalancer {
  if (config.type === 'haproxy') return new HaproxyLoadBalancer(config);
  throw errors.invalidField(`/load_balancers/${config.name}/type`, `There is no load balancer of type "${String(config.type)}".`, 'Types: haproxy.');
}

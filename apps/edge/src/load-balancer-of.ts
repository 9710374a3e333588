import { errors, type JsonObject } from '@edge/contracts';
import { HaproxyLoadBalancer } from '@edge/haproxy';
import { HttpManagerLoadBalancer } from '@edge/http-manager';
import type { LoadBalancer, Network } from '@edge/ports';

/** The adapter for a load balancer of the platform's configuration; one per configuration, so that changes of it stay in order. */
export function loadBalancers(network: Network): (config: { name: string } & JsonObject) => LoadBalancer {
  const known = new Map<string, LoadBalancer>();
  return (config) => {
    const key = JSON.stringify(config);
    const found = known.get(key) ?? create(config, network);
    known.set(key, found);
    return found;
  };
}

function create(config: { name: string } & JsonObject, network: Network): LoadBalancer {
  if (config.type === 'haproxy') return new HaproxyLoadBalancer(config);
  if (config.type === 'http-manager') return new HttpManagerLoadBalancer(config, network);
  throw errors.invalidField(`/load_balancers/${config.name}/type`, `There is no load balancer of type "${String(config.type)}".`, 'Types: haproxy, http-manager.');
}

import { errors, type JsonObject } from '@edge/contracts';
import type { LoadBalancer } from '@edge/ports';

export type NamedConfig = { name: string } & JsonObject;

/** The adapter for a load balancer of the platform's configuration, by its `type`; one per configuration, so that changes of it stay in order. */
export function loadBalancersBy(types: Record<string, (config: NamedConfig) => LoadBalancer>): (config: NamedConfig) => LoadBalancer {
  const known = new Map<string, LoadBalancer>();
  return (config) => {
    const key = JSON.stringify(config);
    const found = known.get(key) ?? made(types, config);
    known.set(key, found);
    return found;
  };
}

function made(types: Record<string, (config: NamedConfig) => LoadBalancer>, config: NamedConfig): LoadBalancer {
  const make = types[String(config.type)];
  if (!make) throw errors.invalidField(`/load_balancers/${config.name}/type`, `There is no load balancer of type "${String(config.type)}".`, `Types: ${Object.keys(types).join(', ')}.`);
  return make(config);
}

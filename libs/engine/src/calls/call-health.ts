import type { HealthAnswer, HealthCall } from '@edge/contracts';
import type { CallScope } from './call-scope.js';

interface Look { method?: string; url: string; headers?: Record<string, string>; body?: string; status?: number; text?: string }

/** One look at a host. What goes wrong is an answer: not healthy, and why. */
export async function callHealth(scope: CallScope, call: HealthCall): Promise<HealthAnswer> {
  try {
    return await look(scope, call);
  } catch (error) {
    return { healthy: false, detail: error instanceof Error ? error.message : String(error) };
  }
}

async function look(scope: CallScope, call: HealthCall): Promise<HealthAnswer> {
  const address = addressOf(scope, call.host);
  if (call.check === 'tcp') {
    await scope.network.connects(address, call.port, scope.withinMs);
    return { healthy: true, detail: `port ${call.port} opens` };
  }
  if (call.check === 'url') return byHttp(scope, call);
  if (call.check === 'monitor') return byMonitor(scope, call, address);
  const { check, port, path, ...rest } = call;
  return byHttp(scope, { ...rest, url: urlOf(check, address, { port, path }) });
}

async function byMonitor(scope: CallScope, { host, pool, names }: Extract<HealthCall, { check: 'monitor' }>, address: string): Promise<HealthAnswer> {
  const config = scope.action.snapshot.loadBalancer;
  if (!config) return { healthy: false, detail: 'There is no load balancer whose monitor could be asked.' };
  const balancer = scope.loadBalancer(config);
  const monitor = await balancer.monitor(pool, names);
  if (!monitor) return { healthy: false, detail: `The load balancer has no monitor named like ${names.join(', ')} for pool ${pool.name}.` };
  const member = (await balancer.members(pool)).find((each) => each.host === host || each.host === address);
  const { expect, path, ...rest } = monitor;
  return byHttp(scope, { ...rest, url: urlOf('http', address, { port: member?.port ?? 80, path }), status: 200, ...(expect === undefined ? {} : { text: expect }) });
}

async function byHttp({ network, withinMs }: CallScope, { method = 'GET', url, headers, body, status = 200, text }: Look): Promise<HealthAnswer> {
  const answer = await network.http({ method, url, withinMs: Math.min(withinMs, 10_000), ...(headers ? { headers } : {}), ...(body === undefined ? {} : { body }) });
  if (answer.status !== status) return { healthy: false, detail: `it answered ${answer.status}, not ${status}` };
  if (text !== undefined && !answer.body.includes(text)) return { healthy: false, detail: `its answer does not hold ${JSON.stringify(text)}` };
  return { healthy: true, detail: `it answered ${status}` };
}

function addressOf({ action }: CallScope, name: string): string {
  const host = action.snapshot.hosts.find((each) => each.name === name);
  return host?.address ?? name;
}

function urlOf(scheme: string, address: string, { port, path }: { port: number; path: string }): string {
  const host = address.includes(':') ? `[${address}]` : address;
  return `${scheme}://${host}:${port}${path.startsWith('/') ? path : `/${path}`}`;
}

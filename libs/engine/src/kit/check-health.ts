import { type HealthCall, type HostResult, type Json, succeeded } from '@edge/contracts';
import { type HealthCheck, type HealthOptions, type Host, milliseconds, type RunOptions } from '@edge/script';
import { call } from './calls.js';
import { CallFailed, type Conversation } from './conversation.js';

export const healthStep = 'health check';

/** Hosts whose health is looked at: a batch, or one host apart from it. */
export interface HealthTarget {
  readonly zone: string;
  readonly pool?: string;
  readonly hosts: readonly Host[];
  ask(host: Host, errand: { step: string; text: string; options: RunOptions }): Promise<HostResult>;
  finished(step: string, host: string, ok: boolean): void;
  lose(host: string, why: string, step?: string): void;
}

export interface HealthSettings { check?: HealthCheck; attempts: number; delayMs: number; betweenMs: number }

/**
 * Asks every standing host until it is healthy or the attempts are used up: a first delay, then attempts with a delay between, all that still
 * fail in each. A host that never becomes healthy is lost. Without a check all pass.
 */
export async function checkHealth(batch: HealthTarget, settings: HealthSettings, conversation: Conversation): Promise<void> {
  const { check, attempts, delayMs, betweenMs } = settings;
  if (!check || batch.hosts.length === 0) return;
  await pause(conversation, batch, delayMs);
  const sick = new Map(batch.hosts.map((host) => [host.name, 'not looked at yet']));
  for (let attempt = 1; attempt <= attempts && sick.size > 0; attempt += 1) {
    if (attempt > 1) await pause(conversation, batch, betweenMs);
    const asked = batch.hosts.filter((host) => sick.has(host.name));
    const looks = await Promise.all(asked.map((host) => look({ batch, host, check, conversation })));
    for (const [index, { healthy, detail }] of looks.entries()) {
      const host = asked[index]!;
      if (healthy) batch.finished(healthStep, host.name, true);
      if (healthy) sick.delete(host.name);
      else sick.set(host.name, detail);
    }
  }
  for (const [host, detail] of sick) {
    batch.finished(healthStep, host, false);
    batch.lose(host, `${healthStep}: not healthy after ${attempts === 1 ? 'one look' : `${attempts} looks`}: ${detail}`, healthStep);
  }
}

/** Settings of the configuration, with what the script says beyond them. */
export function healthSettings(values: Record<string, Json>, options: HealthOptions): HealthSettings {
  const configured = values['healthcheck'] as unknown as HealthCheck | undefined;
  const monitor = values['healthcheck_string'];
  const names = typeof monitor === 'string' ? [monitor] : Array.isArray(monitor) ? monitor.map(String) : [];
  const check = options.check ?? configured ?? (names.length > 0 ? { monitor: names } : undefined);
  const key = (name: string): string | number => (values[name] as string | number | undefined) ?? 0;
  return {
    ...(check ? { check } : {}),
    attempts: Math.max(1, options.attempts ?? Number(values['healthcheck_count'] ?? 1)),
    delayMs: milliseconds(options.delay ?? key('healthcheck_delay')),
    betweenMs: milliseconds(options.between ?? key('healthcheck_smart_delay')),
  };
}

/** One look, apart from any batch: is the host healthy by the configured check? Without a check nothing proves it. */
export async function provesHealthy(batch: HealthTarget, host: Host, { settings, conversation }: { settings: HealthSettings; conversation: Conversation }): Promise<boolean> {
  const { check } = settings;
  if (!check) return false;
  const { healthy } = await look({ batch, host, check, conversation });
  return healthy;
}

async function look({ batch, host, check, conversation }: { batch: HealthTarget; host: Host; check: HealthCheck; conversation: Conversation }): Promise<{ healthy: boolean; detail: string }> {
  if ('command' in check) return byCommand(batch, host, check.command);
  try {
    return await call(conversation, 'health', { request: requestFor(batch, host, check), scope: host.name, withinMs: 30_000 });
  } catch (error) {
    if (error instanceof CallFailed) return { healthy: false, detail: error.message };
    throw error;
  }
}

async function byCommand(batch: HealthTarget, host: Host, text: string): Promise<{ healthy: boolean; detail: string }> {
  const result = await batch.ask(host, { step: healthStep, text, options: { within: '1m', channel: 'fast', onLost: 'retry' } });
  return { healthy: succeeded(result), detail: result.outcome === 'exited' ? `exit code ${result.code}` : result.outcome };
}

function requestFor(batch: HealthTarget, host: Host, check: Exclude<HealthCheck, { command: string }>): HealthCall {
  if ('monitor' in check) {
    if (batch.pool === undefined) throw new CallFailed('The health check is the load balancer\'s monitor, but the host is in no pool.');
    return { check: 'monitor', host: host.name, pool: { zone: batch.zone, name: batch.pool }, names: check.monitor };
  }
  if ('tcp' in check) return { check: 'tcp', host: host.name, port: portOf(host, check.tcp.port) };
  const { port, path = '/', scheme = 'http', status, text } = check.http;
  return { check: scheme, host: host.name, port: portOf(host, port), path, ...(status === undefined ? {} : { status }), ...(text === undefined ? {} : { text }) };
}

function portOf(host: Host, port: number | string): number {
  const found = typeof port === 'number' ? port : Number(host.vars[port]);
  if (!Number.isInteger(found) || found < 1 || found > 65_535) throw new CallFailed(`Host ${host.name} has no port in its variable "${port}".`);
  return found;
}

async function pause(conversation: Conversation, batch: HealthTarget, forMs: number): Promise<void> {
  if (forMs > 0) await conversation.ask(`health:${batch.zone}`, { kind: 'timer', forMs });
}

import { errors } from '@edge/contracts';
import type { BusRecord } from '@edge/ports';

/** An event of another platform service: CloudEvents attributes by name, and its data. */
export interface PlatformEvent { id: string; type: string; source: string; data: unknown; [attribute: string]: unknown }

/**
 * Reads a CloudEvent (binary or structured mode) or a bare CDEvent, whose context then gives the attributes.
 * @throws EdgeError `bad-request` with the sentence why it is none
 */
export function readEvent({ headers, value }: Pick<BusRecord, 'headers' | 'value'>): PlatformEvent {
  const named = Object.fromEntries(Object.entries(headers).map(([name, text]) => [name.toLowerCase(), text]));
  const body = jsonOf(value);
  if (named.ce_id !== undefined || named.ce_type !== undefined) return demandEvent({ ...attributesOf(named), data: body });
  if (isObject(body) && body.specversion !== undefined) return demandEvent(body);
  if (isObject(body) && isObject(body.context)) return demandEvent({ ...body.context, data: body });
  throw errors.badRequest('It is neither a CloudEvent nor a CDEvent: no ce_id header, no specversion, no context.');
}

function attributesOf(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('ce_')).map(([name, text]) => [name.slice(3), text]));
}

function demandEvent(event: Record<string, unknown>): PlatformEvent {
  const missing = ['id', 'type', 'source'].filter((name) => typeof event[name] !== 'string' || event[name] === '');
  if (missing.length > 0) throw errors.badRequest(`The event has no ${missing.join(', ')}.`);
  return { data: undefined, ...event } as PlatformEvent;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw errors.badRequest(`The event is not JSON: ${(error as Error).message}`);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

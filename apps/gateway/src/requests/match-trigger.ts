import { errors, type Json, type JsonObject, type TriggerDocument } from '@edge/contracts';
import type { PlatformEvent } from './read-event.js';

/** Whether each pattern (`*` stands for any text) fits what lies at its dotted path of the event. What is missing fits nothing; no pattern at all fits nothing. */
export function matches({ match }: Pick<TriggerDocument, 'match'>, event: PlatformEvent): boolean {
  const patterns = Object.entries(match);
  return patterns.length > 0 && patterns.every(([path, pattern]) => {
    const found = textAt(event, path);
    return found !== undefined && globOf(pattern).test(found);
  });
}

export type Start = TriggerDocument['start'];

/** What a trigger starts, with every `{path}` replaced by what the event has there. @throws EdgeError `invalid` that names a path which the event does not have */
export function filled(start: Start, event: PlatformEvent): Start {
  return fill(start as unknown as Json, event) as unknown as Start;
}

function fill(value: Json, event: PlatformEvent): Json {
  if (typeof value === 'string') return value.replace(/\{([\w.-]+)\}/g, (_whole, path: string) => demanded(event, path));
  if (Array.isArray(value)) return value.map((item) => fill(item, event));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value as JsonObject).map(([name, item]) => [name, fill(item as Json, event)]));
}

function demanded(event: PlatformEvent, path: string): string {
  const found = textAt(event, path);
  if (found === undefined) throw errors.invalidField('/start', `The event has no "${path}".`, 'Match only events that have it, or start without it.');
  return found;
}

function textAt(event: PlatformEvent, path: string): string | undefined {
  let found: unknown = event;
  for (const name of path.split('.')) found = typeof found === 'object' && found !== null && Object.hasOwn(found, name) ? (found as Record<string, unknown>)[name] : undefined;
  return ['string', 'number', 'boolean'].includes(typeof found) ? String(found) : undefined;
}

function globOf(pattern: string): RegExp {
  return new RegExp(`^${pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`, 's');
}

import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { type MessageClass, messageClass } from './message.js';
import { quickCheck } from './quick-check.js';
import { rememberRules } from './remember-rules.js';

rememberRules();

/** What was found in order here. */
const checked = new WeakSet<object>();

function sentences(found: ValidationError[], at = ''): string[] {
  return found.flatMap((error) => [
    ...Object.values(error.constraints ?? {}).map((text) => `${at}/${error.property}: ${text}`),
    ...sentences(error.children ?? [], `${at}/${error.property}`),
  ]);
}

/** Checks data against its message class: the instance (unknown fields kept), or what is wrong with it. An instance that was checked before is answered as it is. */
export function checkMessage<T extends object>(target: MessageClass<T>, data: unknown): T | string[] {
  if (typeof data !== 'object' || data === null) return ['It is not a JSON object.'];
  if (data instanceof target && checked.has(data)) return data;
  const instance = (quickCheck(target, data) as T | undefined) ?? thoroughCheck(target, data);
  if (!Array.isArray(instance)) checked.add(instance);
  return instance;
}

/** As the library does it, with a sentence for everything that is wrong. */
export function thoroughCheck<T extends object>(target: MessageClass<T>, data: object): T | string[] {
  const instance = plainToInstance(target, data);
  const found = validateSync(instance, { whitelist: false, forbidUnknownValues: false });
  return found.length > 0 ? sentences(found) : instance;
}

/** The same by event type; a type that is not known is a finding. */
export function checkByType(type: string, data: unknown): object | string[] {
  const target = messageClass(type);
  return target ? checkMessage(target, data) : [`The event type "${type}" is not known.`];
}

import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { type MessageClass, messageClass } from './message.js';
import { rememberRules } from './remember-rules.js';

rememberRules();

function sentences(found: ValidationError[], at = ''): string[] {
  return found.flatMap((error) => [
    ...Object.values(error.constraints ?? {}).map((text) => `${at}/${error.property}: ${text}`),
    ...sentences(error.children ?? [], `${at}/${error.property}`),
  ]);
}

/** Checks data against its message class: the instance (unknown fields kept), or what is wrong with it. */
export function checkMessage<T extends object>(target: MessageClass<T>, data: unknown): T | string[] {
  if (typeof data !== 'object' || data === null) return ['It is not a JSON object.'];
  const instance = plainToInstance(target, data);
  const found = validateSync(instance, { whitelist: false, forbidUnknownValues: false });
  return found.length > 0 ? sentences(found) : instance;
}

/** The same by event type; a type that is not known is a finding. */
export function checkByType(type: string, data: unknown): object | string[] {
  const target = messageClass(type);
  return target ? checkMessage(target, data) : [`The event type "${type}" is not known.`];
}

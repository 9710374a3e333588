import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, validateSync, type ValidationError } from 'class-validator';
import type { Finding } from '../../effective-config.js';

export type BodyClass<T extends object = object> = new () => T;

/** `fits`: the instance · `unknown`: fields that do not exist, with the known ones · `findings`: what is wrong with the fields. All at once. */
export type Checked<T> = { fits: T } | { unknown: string[]; known: string[]; findings: Finding[] };

/** Every field that the class knows, in order. */
export function fieldsOf(target: BodyClass): string[] {
  const found = getMetadataStorage().getTargetValidationMetadatas(target, '', false, false);
  return [...new Set(found.map((metadata) => metadata.propertyName))];
}

/** Checks a body (or a query, or a document) against its class. */
export function checkBody<T extends object>(target: BodyClass<T>, data: unknown): Checked<T> {
  const known = fieldsOf(target);
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return { unknown: [], known, findings: [{ pointer: '', detail: 'It must be a JSON object.' }] };
  const unknown = Object.keys(data).filter((name) => !known.includes(name));
  const instance = plainToInstance(target, data);
  const findings = validateSync(instance, { whitelist: false, forbidUnknownValues: false }).flatMap((error) => findingsOf(error, ''));
  return unknown.length + findings.length > 0 ? { unknown, known, findings } : { fits: withoutUndefined(instance) };
}

/** Fields that nobody sent are absent, not undefined: the instance can be spread into a document. */
function withoutUndefined<T extends object>(instance: T): T {
  for (const [name, value] of Object.entries(instance)) if (value === undefined) delete (instance as Record<string, unknown>)[name];
  return instance;
}

function findingsOf(error: ValidationError, at: string): Finding[] {
  const pointer = `${at}/${error.property.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const own = error.value === undefined && error.constraints ? [missing(pointer, error)] : wrongs(error).map((detail) => ({ pointer, detail: sentence(detail) }));
  return [...own, ...(error.children ?? []).flatMap((child) => findingsOf(child, pointer))];
}

const kinds = ['isArray', 'isString', 'isNumber', 'isInt', 'isBoolean', 'isObject'];

/** What is no list at all is not called too long as well. */
function wrongs({ constraints = {}, value }: ValidationError): string[] {
  const kind = kinds.find((name) => constraints[name] !== undefined && !(Array.isArray(value) && name === 'isString') && !(Number.isFinite(value) && name === 'isInt'));
  return kind === undefined ? Object.values(constraints) : [constraints[kind]!];
}

function missing(pointer: string, error: ValidationError): Finding {
  const wanted = Object.values(error.constraints ?? {})[0];
  return { pointer, detail: `${error.property} is missing.`, ...(wanted && !/undefined/.test(wanted) ? { remedy: sentence(wanted) } : {}) };
}

function sentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`;
}

import type { Finding } from './effective-config.js';
import type { Json, JsonObject } from './json.js';

/** Values that stand for something else (interfaces.md §4). */
export interface SecretReference { $secret: string }
export interface RequiredMark { $required: string }

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isSecretReference(value: unknown): value is JsonObject & SecretReference {
  return isObject(value) && typeof value.$secret === 'string' && Object.keys(value).length === 1;
}

export function isRequiredMark(value: unknown): value is JsonObject & RequiredMark {
  return isObject(value) && typeof value.$required === 'string' && Object.keys(value).length === 1;
}

/** One more step of a JSON pointer. */
export function pointerTo(...steps: (string | number)[]): string {
  return steps.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** What is said of a value, as said of the document or body that has it in its `config`. */
export function inConfig(finding: Finding): Finding {
  return { ...finding, pointer: `/config${finding.pointer}` };
}

/** Every secret that the values refer to, with where. */
export function secretReferences(value: Json, at = ''): { pointer: string; name: string }[] {
  if (isSecretReference(value)) return [{ pointer: at, name: value.$secret }];
  if (Array.isArray(value)) return value.flatMap((item, index) => secretReferences(item, at + pointerTo(index)));
  return isObject(value) ? Object.entries(value).flatMap(([key, item]) => secretReferences(item, at + pointerTo(key))) : [];
}

/** The values without keys that are still to be set. */
export function withoutRequired(values: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => !isRequiredMark(value)));
}

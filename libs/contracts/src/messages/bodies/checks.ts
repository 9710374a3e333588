import { ValidateBy, ValidateIf, type ValidationOptions } from 'class-validator';
import { parseDuration } from '../../durations.js';
import { namePattern } from '../../name-pattern.js';

function rule(name: string, says: string, holds: (value: unknown) => boolean, options?: ValidationOptions): PropertyDecorator {
  return ValidateBy({ name, validator: { validate: holds, defaultMessage: ({ property, value } = { property: '', value: undefined } as never) => `${property} ${shown(value)} ${says}` } }, options);
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined';
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

/** May be left out; but null is a value like any other, and a wrong one: an empty variable in CI is not "all hosts", nor "no dry run". */
export function IsIfSent(): PropertyDecorator {
  return ValidateIf((_, value) => value !== undefined);
}

/** `"2m30s"`, or a number of seconds. */
export function IsDuration({ atLeast = '0s', atMost }: { atLeast?: string; atMost: string }): PropertyDecorator {
  const [leastMs, mostMs] = [parseDuration(atLeast)!, parseDuration(atMost)!];
  const msOf = (value: unknown) => (typeof value === 'string' || typeof value === 'number' ? parseDuration(value) : undefined);
  return rule('isDuration', `is no duration of ${leastMs > 0 ? `at least ${atLeast} and ` : ''}at most ${atMost}, for example "2m30s" or 150 (seconds)`, (value) => (msOf(value) ?? -1) >= leastMs && msOf(value)! <= mostMs);
}

export function IsName(options?: ValidationOptions): PropertyDecorator {
  return rule('isName', 'is no name: lower-case letters, digits, ".", "_" and "-", at most 63 characters, beginning with a letter or digit', (value) => typeof value === 'string' && namePattern.test(value), options);
}

/** A text with something in it besides blanks. */
export function IsFilled(options?: ValidationOptions): PropertyDecorator {
  return rule('isFilled', 'is blank', (value) => typeof value !== 'string' || value.trim() !== '', options);
}

export function IsObjectOfStrings(): PropertyDecorator {
  return rule('isObjectOfStrings', 'must be an object whose values are texts', isObjectOfStrings);
}

/** A text, or a text per host, each of at most 2,000 characters. */
export function IsTextOrTextPerHost(): PropertyDecorator {
  const fits = (value: unknown) => typeof value === 'string' || isObjectOfStrings(value);
  return rule('isTextOrTextPerHost', 'must be a text of at most 2000 characters, or an object with such a text per host', (value) => fits(value) && [value].flatMap((one) => (typeof one === 'string' ? one : Object.values(one as object) as string[])).every((text) => text.length <= 2_000));
}

/** What others call something of theirs: a text, or a number. */
export function IsForeignId(): PropertyDecorator {
  return rule('isForeignId', 'must be a text of at most 255 characters, or a number', (value) => (typeof value === 'string' && value.length <= 255) || typeof value === 'number');
}

/** `"parallel"`, or the zones in order. */
export function IsZoneOrder(): PropertyDecorator {
  return rule('isZoneOrder', 'must be "parallel" or a list of zones in order', (value) => value === 'parallel' || (Array.isArray(value) && value.length > 0 && value.every((zone) => typeof zone === 'string' && zone !== '')));
}

/** RFC 3339 with its zone. */
export function IsTime(): PropertyDecorator {
  return rule('isTime', 'is no time, for example "2026-12-24T00:00:00Z"', isTime);
}

export function isTime(value: unknown): boolean {
  return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(value) && !Number.isNaN(Date.parse(value));
}

function isObjectOfStrings(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every((item) => typeof item === 'string');
}

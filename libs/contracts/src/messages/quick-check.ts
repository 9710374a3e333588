import { getMetadataStorage } from 'class-validator';
import type { MessageClass } from './message.js';

type Rule = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];
type Test = (value: unknown) => boolean;
type Quick = (data: object) => object | undefined;
interface Field { name: string; isOptional: boolean; tests: Test[]; nested?: Quick }

const tests: Record<string, (constraints: unknown[]) => Test> = {
  isDefined: () => (value) => value !== undefined && value !== null,
  isString: () => (value) => typeof value === 'string',
  isInt: () => (value) => Number.isInteger(value),
  isBoolean: () => (value) => typeof value === 'boolean',
  isArray: () => (value) => Array.isArray(value),
  isObject: () => (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  isIn: ([possible]) => (value) => (possible as unknown[]).includes(value),
  min: ([least]) => (value) => typeof value === 'number' && value >= (least as number),
  max: ([most]) => (value) => typeof value === 'number' && value <= (most as number),
};

const known = new Map<MessageClass, Quick>();

/**
 * The instance of a message that is in order, without the library's detours: most messages are, and each is checked by everybody who reads it.
 * Undefined when it is not in order, or when its class has rules that are not known here: then the library decides and finds the words.
 */
export function quickCheck(target: MessageClass, data: object): object | undefined {
  let quick = known.get(target);
  if (!quick) known.set(target, (quick = quickFor(target) ?? (() => undefined)));
  return quick(data);
}

function quickFor(target: MessageClass): Quick | undefined {
  const rules = getMetadataStorage().getTargetValidationMetadatas(target, '', false, false);
  const names = [...new Set(rules.map(({ propertyName }) => propertyName))];
  const fields = names.map((name) => fieldOf(target, name, rules.filter(({ propertyName }) => propertyName === name)));
  return fields.every((field) => field !== undefined) ? (data) => instanceOf(target, fields, data) : undefined;
}

function fieldOf(target: MessageClass, name: string, rules: Rule[]): Field | undefined {
  const [isOptional, isNested] = [rules.some((rule) => rule.name === 'isOptional'), rules.some(({ type }) => type === 'nestedValidation')];
  const own = rules.filter((rule) => rule.name !== 'isOptional' && rule.type !== 'nestedValidation').map(testOf);
  const nested = isNested ? quickFor(Reflect.getMetadata('design:type', target.prototype as object, name) as MessageClass) : undefined;
  if (!own.every((test) => test !== undefined) || (isNested && !nested)) return undefined;
  return { name, isOptional, tests: own, ...(nested ? { nested } : {}) };
}

function testOf({ name, constraints, each, validateIf }: Rule): Test | undefined {
  const test = validateIf ? undefined : tests[name ?? '']?.(constraints as unknown[]);
  return test && each ? (value) => Array.isArray(value) && value.every(test) : test;
}

function instanceOf(target: MessageClass, fields: Field[], data: object): object | undefined {
  const names = Object.keys(data);
  if (Array.isArray(data) || names.some((name) => name in Object.prototype)) return undefined;
  const instance = Object.assign(new target(), data) as Record<string, unknown>;
  for (const { name, isOptional, tests: own, nested } of fields) {
    const value = instance[name];
    if (isOptional && (value === undefined || value === null)) continue;
    if (!own.every((test) => test(value))) return undefined;
    if (!nested) continue;
    const inner = typeof value === 'object' && value !== null ? nested(value) : undefined;
    if (!inner) return undefined;
    instance[name] = inner;
  }
  return instance;
}

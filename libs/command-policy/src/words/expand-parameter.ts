import type { ParameterExpansionPart, ParameterOperation } from 'unbash';
import { type Scene, spend } from '../walk/scene.js';
import { expandText, type Walker } from './expand-word.js';
import { homeOf } from './home-of.js';
import { hasGlob, hasHole, isUnknown, marks } from './marks.js';
import { mayMatch } from './paths.js';
import { own } from '../own.js';

/** `$x`, `$1`, `$@`, `$?`: the texts it may stand for. */
export function simpleParameter(name: string, scene: Scene): string[] {
  const values = scene.vars.get(name);
  if (values) return values.map((value) => value.split(marks.element)[0] ?? '');
  return valuesOf(name, scene);
}

function valuesOf(name: string, scene: Scene): string[] {
  const values = scene.vars.get(name);
  if (values) return values;
  if (/^[0-9]$/.test(name)) return positional(Number(name), scene);
  if (name === '@' || name === '*') return [scene.positional ? scene.positional.join(marks.element) : marks.variable];
  if (name === 'HOME') return [homeOf(scene.shared.runAs)];
  const known = own(wellKnown, name);
  if (known) return [known];
  return name === 'PWD' ? scene.cwd : [marks.variable];
}

function positional(index: number, { positional }: Scene): string[] {
  if (index === 0) return ['sh'];
  return [positional ? (positional[index - 1] ?? '') : marks.variable];
}

const wellKnown: Record<string, string> = {
  HOSTNAME: marks.name, USER: marks.name, LOGNAME: marks.name, UID: marks.name, EUID: marks.name, PPID: marks.name, RANDOM: marks.name, SECONDS: marks.name, LINENO: marks.name, OSTYPE: marks.name, HOSTTYPE: marks.name,
  '?': marks.name, $: marks.name, '!': marks.name, '#': marks.name, '-': 'himBs', IFS: ' \t\n', SHELL: '/bin/bash', BASH: '/bin/bash', LANG: marks.name, TERM: marks.name,
};

/** `${…}` with all its operators. */
export function expandParameter(part: ParameterExpansionPart, scene: Scene, walker: Walker): string[] {
  spend(scene, part.operation ? 8 : 0);
  if (part.index?.parts) expandText(part.index, scene, walker);
  if (part.prefix === '#') return [marks.name];
  const base = baseValues(part, scene);
  return part.operation ? base.flatMap((value) => operate(part.operation, value, { part, scene, walker })) : base;
}

function baseValues(part: ParameterExpansionPart, scene: Scene): string[] {
  const name = part.parameter;
  if (part.prefix === '!') return indirect(name, scene);
  if (!part.index) return part.operation || /^[@*]$/.test(name) ? valuesOf(name, scene) : simpleParameter(name, scene);
  const values = valuesOf(name, scene);
  const index = part.index.value;
  if (index === '*') return values.map((value) => joinedByIfs(value, scene));
  if (index === '@') return values;
  if (!/^\d+$/.test(index)) return [marks.output];
  return values.map((value) => (hasHole(value) ? value : (value.split(marks.element)[Number(index)] ?? '')));
}

/** `*` puts the first character of IFS between. */
function joinedByIfs(value: string, scene: Scene): string {
  const ifs = scene.vars.get('IFS')?.[0];
  return ifs === undefined ? value : value.replaceAll(marks.element, ifs.slice(0, 1));
}

function indirect(name: string, scene: Scene): string[] {
  return valuesOf(name, scene).flatMap((target) => (/^[A-Za-z_]\w*$/.test(target) ? valuesOf(target, scene) : [marks.output]));
}

interface OperationContext { part: ParameterExpansionPart; scene: Scene; walker: Walker }

function operate(operation: ParameterOperation | undefined, value: string, context: OperationContext): string[] {
  if (!operation) return [value];
  if (operation.type === 'Default') return defaulted(operation.operator, value, { ...context, operand: () => expandText(operation.operand, context.scene, context.walker) });
  if (operation.type === 'Slice') return [sliced(value, expandText(operation.offset, context.scene, context.walker)[0] ?? '', { length: operation.length ? expandText(operation.length, context.scene, context.walker)[0] : undefined, parameter: context.part.parameter })];
  if (operation.type === 'Remove') return expandText(operation.operand, context.scene, context.walker).map((pattern) => removed(value, operation.operator, pattern));
  if (operation.type === 'Replace') return replaced(value, operation, context);
  if (operation.type === 'CaseModification') return [recased(value, operation.operator)];
  if (operation.type === 'Transform') return [/^[QUuLa]$/.test(operation.operand.value) && !isUnknown(value) ? transformed(value, operation.operand.value) : unknownLike(value)];
  return [unknownLike(value)];
}

function defaulted(operator: string, value: string, { part, scene, operand }: OperationContext & { operand: () => string[] }): string[] {
  const unset = value === marks.variable || (value === '' && operator.startsWith(':'));
  const maybe = scene.sourced && value === marks.variable;
  if (operator.endsWith('?')) return [value === '' ? marks.given : value.replaceAll(marks.variable, marks.given)];
  if (operator.endsWith('+')) return unset ? (maybe || value === marks.variable ? ['', ...operand()] : ['']) : operand();
  if (!unset) return hasHole(value) ? [value, ...operand()] : [value];
  const values = operand();
  if (operator.endsWith('=')) scene.vars.set(part.parameter, values);
  return maybe ? [...values, marks.variable] : values;
}

function sliced(value: string, offset: string, { length, parameter }: { length: string | undefined; parameter: string }): string {
  if (isUnknown(value) || !/^\s*-?\d{1,6}$/.test(offset) || (length !== undefined && !/^-?\d{1,6}$/.test(length))) return unknownLike(value);
  if (value.includes(marks.element) && parameter === '@') return ['sh', ...value.split(marks.element)].slice(Number(offset), length === undefined ? undefined : Number(offset) + Number(length)).join(marks.element);
  if (value.includes(marks.element)) return value.split(marks.element).slice(Number(offset), length === undefined ? undefined : Number(offset) + Number(length)).join(marks.element);
  const from = Number(offset) < 0 ? Math.max(0, value.length + Number(offset)) : Number(offset);
  if (length === undefined) return value.slice(from);
  return Number(length) < 0 ? value.slice(from, Number(length)) : value.slice(from, from + Number(length));
}

function removed(value: string, operator: string, pattern: string): string {
  if (operator === '#' && !isUnknown(pattern) && hasGlob(value) && !hasHole(value) && value.startsWith(pattern)) return value.slice(pattern.length);
  if (isUnknown(value) || value.includes(marks.home) || /[\uE000-\uE004]/.test(pattern) || value.length > 256 || pattern.length > 64) return isPlainName(value) ? marks.name : unknownLike(value);
  const front = operator.startsWith('#');
  const longest = operator.length === 2;
  const cuts = Array.from({ length: value.length + 1 }, (_, index) => index);
  const order = front === longest ? cuts.reverse() : cuts;
  const found = order.find((cut) => mayMatch(pattern, front ? value.slice(0, cut) : value.slice(cut)));
  if (found === undefined) return value;
  return front ? value.slice(found) : value.slice(0, found);
}

const isPlainName = (value: string) => /^[\w.\uE004-]+$/.test(value);

function replaced(value: string, operation: Extract<ParameterOperation, { type: 'Replace' }>, { scene, walker }: OperationContext): string[] {
  const patterns = expandText(operation.pattern, scene, walker);
  const replacements = expandText(operation.replacement, scene, walker);
  return patterns.flatMap((pattern) => replacements.map((replacement) => {
    if (isUnknown(value) || pattern === '' || isUnknown(pattern) || replacement.length * value.length > 16_384 || value.length > 4_096) return isUnknown(pattern) && !isUnknown(value) ? marks.output : unknownLike(value + replacement);
    if (operation.operator === '//') return value.replaceAll(pattern, () => replacement);
    if (operation.operator === '/#') return value.startsWith(pattern) ? replacement + value.slice(pattern.length) : value;
    if (operation.operator === '/%') return value.endsWith(pattern) ? value.slice(0, -pattern.length) + replacement : value;
    return value.replace(pattern, () => replacement);
  }));
}

function recased(value: string, operator: string): string {
  if (operator === '^^') return value.toUpperCase();
  if (operator === ',,') return value.toLowerCase();
  const first = value.slice(0, 1);
  return (operator === '^' ? first.toUpperCase() : first.toLowerCase()) + value.slice(1);
}

function transformed(value: string, how: string): string {
  if (how === 'U') return value.toUpperCase();
  if (how === 'L') return value.toLowerCase();
  if (how === 'u') return recased(value, '^');
  return how === 'Q' ? `'${value.replaceAll("'", "'\\''")}'` : '';
}

const unknownLike = (value: string) => (value.includes(marks.network) ? marks.network : marks.output);

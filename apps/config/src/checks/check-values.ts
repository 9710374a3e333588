import { type EffectiveConfig, type Finding, isObject, type JsonObject, pointerTo, withoutRequired } from '@edge/contracts';
import type { CurrentScript, ScriptStore } from '../scripts/script-store.js';

export interface ValuesToCheck { config: EffectiveConfig; type?: string }

/** `wrong`: what is there cannot be · `missing`: keys still to be set (as errors: an action is refused for them) · `unknown`: keys that nobody reads. */
export interface ValueFindings { wrong: Finding[]; missing: Finding[]; unknown: Finding[] }

/** What the script says of effective values. Pointers are `/<key>…`, with the layer of the key. */
export async function checkValues({ scripts, script }: { scripts: ScriptStore; script: CurrentScript }, { config, type }: ValuesToCheck): Promise<ValueFindings> {
  const values = withoutRequired(Object.fromEntries(Object.entries(config).map(([key, { value }]) => [key, value])));
  const said = await scripts.check(script, type, values);
  const isMissing = (finding: Finding) => !(keyOf(finding) in values);
  return {
    wrong: said.filter((finding) => !isMissing(finding)).map((finding) => ({ ...finding, level: 'error', origin: config[keyOf(finding)]!.origin })),
    missing: said.filter(isMissing).map((finding) => ({ ...finding, level: 'error', ...(config[keyOf(finding)] ? { origin: config[keyOf(finding)]!.origin } : {}) })),
    unknown: unknownKeys(script, Object.fromEntries(Object.entries(config).filter(([key]) => key in values))),
  };
}

/** Keys that the script does not read: as warnings. */
export function unknownKeys(script: CurrentScript, config: EffectiveConfig): Finding[] {
  return Object.entries(config).filter(([key]) => !isKnown(script, key)).map(([key, { origin }]) => ({ pointer: pointerTo(key), detail: `Script ${script.script} does not know "${key}".`, origin, level: 'warning', remedy: nearest(key, knownKeys(script)) }));
}

export function asWarning(finding: Finding): Finding {
  return { ...finding, level: 'warning' };
}

/** Keys that hold shell commands, by the script's schema. */
export function commandKeys({ description }: CurrentScript): string[] {
  return Object.entries(propertiesOf(description.schema)).filter(([, schema]) => isObject(schema) && schema['x-command'] === true).map(([key]) => key);
}

function keyOf({ pointer }: Finding): string {
  return (pointer.split('/')[1] ?? '').replaceAll('~1', '/').replaceAll('~0', '~');
}

function isKnown(script: CurrentScript, key: string): boolean {
  return knownKeys(script).includes(key) || isObject(script.description.schema.additionalProperties) || script.description.schema.additionalProperties === true;
}

function knownKeys({ description }: CurrentScript): string[] {
  return Object.keys(propertiesOf(description.schema));
}

function propertiesOf(schema: JsonObject): JsonObject {
  return isObject(schema.properties) ? schema.properties : {};
}

function nearest(key: string, known: string[]): string {
  const close = known.map((name) => ({ name, far: distance(key, name) })).sort((a, b) => a.far - b.far)[0];
  return close && close.far <= Math.max(2, key.length / 3) ? `Did you mean "${close.name}"?` : 'It is kept, and read by nobody.';
}

/** Levenshtein. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next[j] = Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    row = next;
  }
  return row[b.length]!;
}

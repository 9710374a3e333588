import { type EffectiveConfig, type Finding, isObject, isRequiredMark, isSecretReference, type Json, type JsonObject, type Layer, pointerTo } from '@edge/contracts';

export interface ConfigLayer { origin: Layer; config: JsonObject }

/** Layers, lowest first, into effective values with their origins. A key replaces the whole value below it, unless it says `{"$merge": {…}}`. */
export function mergeLayers(layers: ConfigLayer[]): { config: EffectiveConfig; findings: Finding[] } {
  const config: EffectiveConfig = {};
  const findings: Finding[] = [];
  for (const { origin, config: layer } of layers) {
    for (const [key, value] of Object.entries(layer)) {
      const fault = mergeFault(value);
      if (fault) findings.push({ pointer: pointerTo(key), detail: fault, origin, level: 'error' });
      else config[key] = { value: isMerge(value) ? merged(config[key]?.value, value.$merge) : value, origin };
    }
  }
  return { config, findings: [...findings, ...stillRequired(config)] };
}

/** What an environment demands and nobody above it has set. */
function stillRequired(config: EffectiveConfig): Finding[] {
  return Object.entries(config).flatMap(([key, { value, origin }]) =>
    isRequiredMark(value) ? [{ pointer: pointerTo(key), detail: `"${key}" must be set: ${value.$required}`, origin, remedy: `Set "${key}" in the project.`, level: 'error' as const }] : []);
}

function isMerge(value: Json): value is JsonObject & { $merge: JsonObject } {
  return isObject(value) && isObject(value.$merge);
}

function mergeFault(value: Json): string | undefined {
  if (!isObject(value) || !('$merge' in value)) return undefined;
  if (!isObject(value.$merge)) return '"$merge" takes an object.';
  return Object.keys(value).length > 1 ? '"$merge" stands alone.' : undefined;
}

/** RFC 7396: objects merge, anything else replaces, null removes. References are values, not objects to merge into. */
function merged(below: Json | undefined, patch: JsonObject): JsonObject {
  const base = isObject(below) && !isRequiredMark(below) && !isSecretReference(below) ? { ...below } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete base[key];
    else base[key] = isObject(value) && !isSecretReference(value) ? merged(base[key], value) : value;
  }
  return base;
}

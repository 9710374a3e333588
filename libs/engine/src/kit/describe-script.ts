import type { Finding, JsonObject } from '@edge/contracts';
import type { ScriptDescription } from '@edge/ports';
import { type AnyScript, configurationDefaults, configurationSchema } from '@edge/script';
import { whatDoesNotFit } from './what-does-not-fit.js';

export function describeScript(script: AnyScript): ScriptDescription {
  return { name: script.name, about: script.about, actions: Object.keys(script.actions), schema: configurationSchema(script), defaults: configurationDefaults(script) };
}

/** Everything that does not fit, each with its JSON pointer; none when the script could run on it. */
export function checkConfiguration(script: AnyScript, type: string, config: JsonObject): Finding[] {
  const findings: Finding[] = [];
  if (!Object.hasOwn(script.actions, type)) {
    findings.push({ pointer: '/type', detail: `Script ${script.name} has no action type "${type}".`, remedy: `It has ${Object.keys(script.actions).join(', ')}.`, level: 'error' });
  }
  findings.push(...whatDoesNotFit(script, config));
  for (const key of (Object.hasOwn(script.needs ?? {}, type) && script.needs?.[type]) || []) {
    if (config[key] === undefined) findings.push({ pointer: `/${key}`, detail: `Type ${type} of script ${script.name} needs this key.`, remedy: `Give "${key}" with the action, or set it in the project.`, level: 'error' });
  }
  return findings;
}

import { type EffectiveConfig, type Finding, type Json, type JsonObject, type Layer, pointerTo, policyRefuses, type PolicyDocument, secretReferences } from '@edge/contracts';
import type { AcceptanceDeps } from './acceptance-deps.js';

export interface CommandFindings { findings: Finding[]; /** Why a second person must approve. */ approvals: string[] }

interface Found { pointer: string; value: Json; origin: Layer }

const isCommandKey = (key: string) => key === 'command' || /_(command|cmd)$/.test(key);

/** What the command policy says of every command in the configuration; secrets have no place in command text (it lands in argv). */
export function checkCommands({ config, values }: { config: EffectiveConfig; values: JsonObject }, { checkCommand, rules }: Pick<AcceptanceDeps, 'checkCommand'> & { rules: PolicyDocument[] }): CommandFindings {
  const runAs = typeof values.run_as === 'string' ? { runAs: values.run_as } : {};
  const findings: Finding[] = [];
  const approvals: string[] = [];
  for (const { pointer, value, origin } of commandsOf(config)) {
    findings.push(...secretFindings(value, pointer, origin));
    if (typeof value !== 'string') continue;
    const verdict = checkCommand(value, { ...runAs, rules });
    if (verdict.verdict === 'deny') findings.push({ pointer, origin, detail: `${policyRefuses} this command (${verdict.rule}): ${verdict.detail}`, ...(verdict.instead ? { remedy: verdict.instead } : {}) });
    if (verdict.verdict === 'approve') approvals.push(`${pointer.slice(1)} (${verdict.rule}): ${verdict.detail}`);
  }
  return { findings, approvals };
}

function commandsOf(config: EffectiveConfig): Found[] {
  return Object.entries(config).flatMap(([key, { value, origin }]) => nested(value, { key, pointer: pointerTo(key), origin }));
}

function nested(value: Json, { key, pointer, origin }: { key: string; pointer: string; origin: Layer }): Found[] {
  if (isCommandKey(key)) return Array.isArray(value) ? value.map((item, index) => ({ pointer: pointer + pointerTo(index), value: item, origin })) : [{ pointer, value, origin }];
  if (Array.isArray(value)) return value.flatMap((item, index) => nested(item, { key: '', pointer: pointer + pointerTo(index), origin }));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([inner, item]) => nested(item, { key: inner, pointer: pointer + pointerTo(inner), origin }));
}

function secretFindings(value: Json, pointer: string, origin: Layer): Finding[] {
  const written = typeof value === 'string' && /\{\s*"?\$secret"?\s*:/.test(value) ? [{ pointer }] : [];
  return [...secretReferences(value, pointer), ...written].map((found) => ({
    pointer: found.pointer, origin, detail: 'A secret in command text would be seen in the process list of the host.', remedy: 'Hand it to the command by environment: secret_env.',
  }));
}

import { type ActionDocument, errors, type Json, type JsonObject, type LoadBalancerAnswer, type PolicyDocument } from '@edge/contracts';
import type { Effects, ScriptBundle, ScriptHost } from '@edge/ports';
import { planAction } from './plan-action.js';
import type { ReadMembers } from './planned-balancer.js';
import type { CheckText } from './printing-shell.js';

export interface PlannerDeps {
  scriptHost: Pick<ScriptHost, 'run'>;
  script(sha: string): Promise<ScriptBundle | undefined>;
  /** Reads the members of pools; nothing else is asked of it. */
  effects: Effects;
  rules(document: ActionDocument): Promise<PolicyDocument[]>;
  checkCommand(text: string, options: { runAs?: string; rules: PolicyDocument[] }): ReturnType<CheckText>;
}

/** Plans actions as acceptance asks for it: `AcceptanceDeps.plan`. @throws EdgeError `not-found` when the pinned script is gone */
export function planner(deps: PlannerDeps): (document: ActionDocument) => Promise<{ plan: JsonObject; hash: string }> {
  return async (document) => {
    const { script, loadBalancer } = document.snapshot;
    const [bundle, rules] = await Promise.all([deps.script(script.sha), deps.rules(document)]);
    if (!bundle) throw errors.notFound(`script ${script.name} at ${script.sha}`);
    const checkText: CheckText = (text, options) => deps.checkCommand(text, { ...options, rules });
    const plan = await planAction(document, { scriptHost: deps.scriptHost, bundle, checkText, ...(loadBalancer ? { readMembers: reading(document, deps.effects) } : {}) });
    return { plan: plan as unknown as JsonObject, hash: plan.plan_hash };
  };
}

function reading(document: ActionDocument, effects: Effects): ReadMembers {
  return async (pools) => {
    const request = { op: 'members', pools } as unknown as Json;
    const answer = await effects.perform(document, { kind: 'call', key: 'plan', service: 'load-balancer', request, withinMs: 10_000 }) as unknown as LoadBalancerAnswer;
    return 'pools' in answer ? answer.pools : [];
  };
}

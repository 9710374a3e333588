import { type ActionDocument, errors, type JsonObject, type PolicyDocument } from '@edge/contracts';
import type { Clock, Effects, ScriptBundle, ScriptHost } from '@edge/ports';
import { askingMs, askMembers } from './ask-members.js';
import { type CheckText, planAction, type ReadMembers } from './plan-action.js';

export interface PlannerDeps {
  scriptHost: Pick<ScriptHost, 'rehearse' | 'run'>;
  script(sha: string): Promise<ScriptBundle | undefined>;
  /** Reads the members of pools; nothing else is asked of it. */
  effects: Effects;
  clock: Clock;
  rules(document: ActionDocument): Promise<PolicyDocument[]>;
  checkCommand(text: string, options: { runAs?: string; rules: PolicyDocument[] }): ReturnType<CheckText>;
}

/** Plans actions as acceptance asks for it: `AcceptanceDeps.plan`. @throws EdgeError `not-found` when the pinned script is gone */
export function planner(deps: PlannerDeps): (document: ActionDocument, options?: { assume?: 'all-serve' }) => Promise<{ plan: JsonObject; hash: string }> {
  return async (document, { assume } = {}) => {
    const { script, loadBalancer } = document.snapshot;
    const [bundle, rules] = await Promise.all([deps.script(script.sha), deps.rules(document)]);
    if (!bundle) throw errors.notFound(`script ${script.name} at ${script.sha}`);
    const checkText: CheckText = (text, options) => deps.checkCommand(text, { ...options, rules });
    const plan = await planAction(document, { scriptHost: deps.scriptHost, bundle, checkText, ...(loadBalancer ? { readMembers: reading(document, deps, assume) } : {}) });
    return { plan: plan as unknown as JsonObject, hash: plan.plan_hash };
  };
}

function reading({ snapshot }: ActionDocument, { effects, clock }: PlannerDeps, assume: 'all-serve' | undefined): ReadMembers {
  const asking = { effects, clock, until: clock.now() + askingMs };
  return async (pools) => {
    const read = await askMembers(pools, snapshot, asking);
    return assume === undefined ? read : read.map(({ pool, members }) => ({ pool, members: members.map((member) => ({ ...member, state: 'in', healthy: true })) }));
  };
}

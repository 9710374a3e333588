import type { PolicyDocument } from '@edge/contracts';

export interface Verdict { verdict: 'allow' | 'approve' | 'deny'; rule: string; detail: string }
export type CheckCommand = (text: string, options: { runAs?: string; rules: PolicyDocument[] }) => Verdict;

const mostKept = 500;

/** One text goes to a thousand hosts: what the policy says of it is remembered for as long as its rules are the very same list. */
export class KnownVerdicts {
  private readonly byRules = new WeakMap<PolicyDocument[], Map<string, Verdict>>();

  constructor(private readonly check: CheckCommand) {}

  of(text: string, { runAs, rules }: { runAs?: string; rules: PolicyDocument[] }): Verdict {
    const known = this.byRules.get(rules) ?? new Map<string, Verdict>();
    this.byRules.set(rules, known);
    const key = JSON.stringify([text, runAs ?? null]);
    const found = known.get(key) ?? this.check(text, { ...(runAs === undefined ? {} : { runAs }), rules });
    if (known.size >= mostKept) known.clear();
    known.set(key, found);
    return found;
  }
}

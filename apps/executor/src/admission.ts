import type { Cause, Grant, HostResult, PolicyDocument, Signed } from '@edge/contracts';
import { causes } from '@edge/contracts';
import { checkMessage, RunCommandPayload } from '@edge/contracts/messages';
import type { Keyring } from '@edge/ports';
import { type BelievedGrant, RecentGrants } from './recent-grants.js';

/** What the command policy says of a text; it remembers what it said under the very same list of rules. */
export type CheckCommand = (text: string, options: { runAs?: string; rules: PolicyDocument[] }) => { verdict: 'allow' | 'approve' | 'deny'; rule: string; detail: string };

/** What a command brings along (`proof`: that its host is among those of the grant), when it came, and the rules above the policy's floor. */
export interface Circumstances { grant: Signed; proof?: string | undefined; now: number; rules: PolicyDocument[] }

/**
 * The last check before a host is touched: both signatures, that the grant covers exactly this, that it has not expired,
 * and the command policy. A refusal is a `not-started` with its cause.
 */
export class Admission {
  private readonly grants: RecentGrants;

  constructor(private readonly keyring: Keyring, private readonly checkCommand: CheckCommand) {
    this.grants = new RecentGrants(keyring);
  }

  /** The command as a known orchestrator signed it; or why it cannot be believed: then nobody waits for an answer. */
  believe(signed: Signed): RunCommandPayload | { refusal: HostResult } {
    const claimed = this.keyring.verify<object>('command', signed);
    const payload = claimed && checkMessage(RunCommandPayload, claimed);
    if (!payload || Array.isArray(payload)) return { refusal: refusal('signature-invalid', Array.isArray(payload) ? payload.join('; ') : undefined) };
    return payload;
  }

  /** Why a command that is believed may not run; undefined if it may. */
  whyNot(payload: RunCommandPayload, { grant: signed, proof, now, rules }: Circumstances): HostResult | undefined {
    const believed = this.grants.of(signed);
    if (!believed) return refusal('signature-invalid', 'The grant is not signed by a known gateway.');
    return notCovered(payload, believed, proof) ?? expired(believed.grant, now) ?? this.notAllowed(payload, rules);
  }

  private notAllowed({ text, runAs }: RunCommandPayload, rules: PolicyDocument[]): HostResult | undefined {
    const { verdict, rule, detail } = this.checkCommand(text, { ...(runAs ? { runAs } : {}), rules });
    return verdict === 'deny' ? refusal('policy-denied', `${rule}: ${detail}`) : undefined;
  }
}

function notCovered(payload: RunCommandPayload, { grant, covers }: BelievedGrant, proof?: string): HostResult | undefined {
  if (grant.action !== payload.action) return refusal('signature-invalid', 'The grant is for another action.');
  if (grant.space !== payload.space || grant.project !== payload.project || grant.type !== payload.type) return refusal('signature-invalid', 'The grant is for another space, project or type.');
  if (!covers(payload.host.name, proof)) return refusal('host-not-granted', payload.host.name);
  if (grant.command !== undefined && payload.text !== grant.command) return refusal('signature-invalid', 'The grant is for another command.');
  return undefined;
}

function expired(grant: Readonly<Grant>, now: number): HostResult | undefined {
  return Date.parse(grant.expiresAt) > now ? undefined : refusal('grant-expired', `It ended ${grant.expiresAt}.`);
}

export function refusal(cause: Cause, detail?: string): HostResult {
  return { outcome: causes[cause].outcome, cause, ...(detail ? { detail } : {}) };
}

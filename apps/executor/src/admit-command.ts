import type { Cause, Grant, HostResult, PolicyDocument, Signed } from '@edge/contracts';
import { causes } from '@edge/contracts';
import { checkMessage, RunCommandPayload } from '@edge/contracts/messages';
import type { Keyring } from '@edge/ports';

export interface Admitted { payload: RunCommandPayload; grant: Grant }

/** A command that may not run. `payload` is there when its signature could be believed: then somebody waits for the answer. */
export interface Refused { payload?: RunCommandPayload; refusal: HostResult }

export interface Admission {
  keyring: Keyring;
  now: number;
  checkCommand: (text: string, options: { runAs?: string; rules: PolicyDocument[] }) => { verdict: 'allow' | 'approve' | 'deny'; rule: string; detail: string };
  rules: PolicyDocument[];
}

/**
 * The last check before a host is touched: both signatures, that the grant covers exactly this, that it has not expired,
 * and the command policy. A refusal is a `not-started` with its cause.
 */
export function admitCommand(message: { signed: Signed; grant: Signed }, admission: Admission): Admitted | Refused {
  const { keyring } = admission;
  const claimed = keyring.verify<object>('command', message.signed);
  const payload = claimed && checkMessage(RunCommandPayload, claimed);
  if (!payload || Array.isArray(payload)) return { refusal: refusal('signature-invalid', Array.isArray(payload) ? payload.join('; ') : undefined) };
  const grant = keyring.verify<Grant>('grant', message.grant);
  if (!grant) return { payload, refusal: refusal('signature-invalid', 'The grant is not signed by a known gateway.') };
  const why = notCovered(payload, grant) ?? expired(grant, admission.now) ?? notAllowed(payload, admission);
  return why ? { payload, refusal: why } : { payload, grant };
}

function notCovered(payload: RunCommandPayload, grant: Grant): HostResult | undefined {
  if (grant.action !== payload.action) return refusal('signature-invalid', 'The grant is for another action.');
  if (grant.space !== payload.space || grant.project !== payload.project || grant.type !== payload.type) return refusal('signature-invalid', 'The grant is for another space, project or type.');
  if (!grant.hosts.includes(payload.host.name)) return refusal('host-not-granted', payload.host.name);
  if (grant.command !== undefined && payload.text !== grant.command) return refusal('signature-invalid', 'The grant is for another command.');
  return undefined;
}

function expired(grant: Grant, now: number): HostResult | undefined {
  return Date.parse(grant.expiresAt) > now ? undefined : refusal('grant-expired', `It ended ${grant.expiresAt}.`);
}

function notAllowed(payload: RunCommandPayload, { checkCommand, rules }: Admission): HostResult | undefined {
  const { verdict, rule, detail } = checkCommand(payload.text, { ...(payload.runAs ? { runAs: payload.runAs } : {}), rules });
  return verdict === 'deny' ? refusal('policy-denied', `${rule}: ${detail}`) : undefined;
}

export function refusal(cause: Cause, detail?: string): HostResult {
  return { outcome: causes[cause].outcome, cause, ...(detail ? { detail } : {}) };
}

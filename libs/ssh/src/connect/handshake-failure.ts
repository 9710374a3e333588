import { ConnectFailure } from './connect-failure.js';
import { fingerprint, keyType, type HostKeyVerdict } from './host-key-verdict.js';
import type { Target } from './target.js';

/** What the handshake went through; tells a failure's cause. `first`: the start of what the other side said. */
export interface HandshakeTrace { judged?: { verdict: HostKeyVerdict; blob: Buffer }; tried: string[]; handshaken: boolean; first: string; passwordGiven?: boolean }

/** One cause for everything that can go wrong between the first byte and `ready`. */
export function handshakeFailure(error: Error & { level?: string; code?: string | number }, target: Target, trace: HandshakeTrace): ConnectFailure {
  const where = `${target.name} (${target.address}:${target.port})`;
  if (trace.judged && trace.judged.verdict !== 'trusted') return keyFailure(target, trace.judged.verdict, trace.judged.blob);
  if (error.level === 'client-timeout') return new ConnectFailure('connect-timeout', `${where} did not finish ${trace.handshaken ? 'the sign-in' : 'the handshake'} in time.`);
  if (error.level === 'client-authentication' || (trace.tried.length > 0 && trace.handshaken)) return authFailure(error, target, trace);
  if (/no matching|no common/i.test(error.message)) return new ConnectFailure('no-common-algorithm', `${where}: ${error.message}.`);
  if (trace.first && !trace.first.includes('SSH-') && !/MaxStartups|Not allowed/.test(trace.first)) return new ConnectFailure('not-ssh', `${where} says ${JSON.stringify(trace.first.slice(0, 40))}.`);
  if (/before handshake|ECONNRESET|EPIPE/.test(`${error.message} ${error.code ?? ''}`)) return new ConnectFailure('too-many-connections', `${where} closed the connection before the handshake (MaxStartups or PerSourcePenalties?).`, true);
  if (/closed the connection/.test(error.message)) return new ConnectFailure('unreachable', `${where} closed the connection during the handshake.`, true);
  return new ConnectFailure('not-ssh', `${where}: ${error.message}.`);
}

function authFailure(error: Error, target: Target, trace: HandshakeTrace): ConnectFailure {
  const problems = target.authProblems?.join('; ');
  const untried = [...(target.authProblems ?? []), ...(target.authNotes ?? [])].join('; ');
  if (trace.tried.length === 0 && problems) return new ConnectFailure('key-unusable', `${target.user}@${target.name}: ${problems}.`);
  const tried = trace.tried.join(', ') || 'nothing';
  return new ConnectFailure('auth-failed', `${target.user}@${target.name} refused: ${tried}.${error.message.includes('configured') ? '' : ` ${error.message}.`}${untried ? ` Not tried: ${untried}.` : ''}`);
}

function keyFailure(target: Target, verdict: Exclude<HostKeyVerdict, 'trusted'>, blob: Buffer): ConnectFailure {
  const flaw = target.flawOf?.(blob);
  return new ConnectFailure(`host-key-${verdict}`, `${target.name} offers ${keyType(blob)} ${fingerprint(blob)}, which is ${verdict}${flaw ? `: ${flaw}` : ''}.`);
}

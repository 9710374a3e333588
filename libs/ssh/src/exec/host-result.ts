import { causes, type Cause, type HostResult } from '@edge/contracts';
import { whyRefused } from './sudo-said.js';

/** A result with the outcome that its cause may come with. */
export function resultOf(cause: Cause, detail?: string): HostResult {
  return { outcome: causes[cause].outcome, cause, ...(detail ? { detail } : {}) };
}

const signals: Record<number, string> = { 1: 'HUP', 2: 'INT', 3: 'QUIT', 4: 'ILL', 5: 'TRAP', 6: 'ABRT', 7: 'BUS', 8: 'FPE', 9: 'KILL', 10: 'USR1', 11: 'SEGV', 12: 'USR2', 13: 'PIPE', 14: 'ALRM', 15: 'TERM', 24: 'XCPU', 25: 'XFSZ', 31: 'SYS' };

/** An exit code as a shell gives it: 128 + n (ksh: 256 + n) says that signal n ended the command. */
export function exitResult(code: number): HostResult {
  const signal = signals[code > 256 ? code - 256 : code - 128];
  if (signal) return { ...resultOf('signal'), signal };
  return { ...resultOf('exit'), code };
}

export function signalResult(signal: string): HostResult {
  return { ...resultOf('signal'), signal: signal.replace(/^SIG/, '') };
}

/** What the last words of a host script say: `done <rc> <why> <proof> <sent> <what sudo said>`, `failed …`, `cancelled`, `never`, `missing`. */
export function resultOfWords(words: string[]): HostResult {
  const [kind, code, why, proof] = words;
  if (kind === 'failed') return failed(words.slice(1));
  if (kind === 'cancelled') return resultOf('cancelled', 'It was cancelled before it started.');
  if (kind === 'missing') return resultOf('record-missing');
  if (kind === 'never') return resultOf('never-sent', 'It was claimed on the host but never started there.');
  if (why === 'gone') return resultOf('supervisor-gone');
  if (why === 'reboot') return resultOf('host-rebooted');
  if (why === 'deadline') return resultOf('deadline', proven(proof) ?? 'It was ended and is proven dead.');
  if (why === 'cancelled') return proven(proof) ? resultOf('cancel-unconfirmed', proven(proof)) : resultOf('cancelled');
  if (code === 'sudo') return resultOf('sudo-refused', whyRefused(words.slice(5).join(' ')));
  return exitResult(Number(code));
}

function failed([what, ...why]: string[]): HostResult {
  if (what === 'full') return resultOf('disk-full');
  return resultOf('home-unwritable', why.join(' ') || undefined);
}

/** Undefined if the death is proven, else the sentence that says what is left. */
function proven(proof: string | undefined): string | undefined {
  if (proof === 'dead') return undefined;
  if (proof?.startsWith('alive:')) return `Still alive on the host: processes ${proof.slice(6).replaceAll(',', ', ')}.`;
  return 'Its end could not be proven.';
}

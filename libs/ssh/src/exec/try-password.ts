import type { HostResult } from '@edge/contracts';
import { ConnectFailure } from '../connect/connect-failure.js';
import { heardFunction } from '../host-scripts/heard.js';
import { builtinPrintf, quote } from '../host-scripts/quote.js';
import type { SudoUse } from '../host-scripts/sudo-functions.js';
import type { HostLink } from './host-link.js';
import { resultOf } from './host-result.js';
import { lacksRule, whyRefused } from './sudo-said.js';

/** What one try shows of the password; `result`: why the host that was asked runs no command all the same. */
export type Tried = { password: 'right'; result?: HostResult } | { password: 'wrong' | 'unknown'; result: HostResult };

const unknown = (result: HostResult): Tried => ({ password: 'unknown', result });

/** Whether a host's sudo takes the password, by one try of a command that does nothing. */
export async function tryPassword(link: HostLink, use: SudoUse): Promise<Tried> {
  const marker = link.newMarker();
  try {
    const end = await link.exchange({ marker, script: trialScript(marker, use) });
    if (end.kind === 'ended') return triedOf(end.words);
    return unknown(end.kind === 'lost' ? resultOf('unreachable', end.why) : resultOf('no-posix-shell'));
  } catch (error) {
    if (error instanceof ConnectFailure) return unknown(resultOf(error.cause, error.detail));
    throw error;
  }
}

/** sudo looks at the rules after the password: where it misses one, the password was right. */
function triedOf([how, ...words]: string[]): Tried {
  if (how === 'taken') return { password: 'right' };
  const said = words.join(' ');
  return { password: said === 'wrong' ? 'wrong' : lacksRule(said) ? 'right' : 'unknown', result: resultOf('sudo-refused', whyRefused(said)) };
}

/**
 * The password is on the script's standard input alone and is given by a builtin; after it comes the end of the input, so that it is tried once. Where sudo wants a
 * terminal it gets one, and the password beside it: on the terminal it would be echoed.
 */
function trialScript(marker: string, { user, mode, password = '' }: SudoUse): Buffer {
  const how = 'sudo -S -k -H -p $N-ask';
  const asked = mode === 'tty-password' ? `script -qec "exec ${how} -u $R -- sh -c : <&3" /dev/null 3<&0 </dev/null` : `${how} -u "$R" -- sh -c :`;
  return Buffer.from(`${builtinPrintf}${heardFunction}both() { echo "${marker} $1"; echo "${marker} $1" >&2; }
both begin
unset N R W e h n v
N=${quote(marker)}; R=${quote(user)}; W=${quote(password)}
if e=$(printf '%s\\n' "$W" | LC_ALL=C ${asked} 2>&1); then both 'end taken'; else both "end refused $(printf '%s\\n' "$e" | heard)"; fi
exit 0
`);
}

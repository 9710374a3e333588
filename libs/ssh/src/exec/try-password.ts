import type { HostResult } from '@edge/contracts';
import { ConnectFailure } from '../connect/connect-failure.js';
import { builtinPrintf, quote } from '../host-scripts/quote.js';
import type { SudoUse } from '../host-scripts/sudo-functions.js';
import type { HostLink } from './host-link.js';
import { resultOf } from './host-result.js';

/** Whether a host's sudo takes the password, by one try of a command that does nothing. A rule that forbids this command takes it, too. */
export async function tryPassword(link: HostLink, use: SudoUse): Promise<'taken' | 'wrong' | HostResult> {
  const marker = link.newMarker();
  try {
    const end = await link.exchange({ marker, script: trialScript(marker, use) });
    if (end.kind === 'ended') return end.words[0] === 'wrong' ? 'wrong' : 'taken';
    return end.kind === 'lost' ? resultOf('unreachable', end.why) : resultOf('no-posix-shell');
  } catch (error) {
    if (error instanceof ConnectFailure) return resultOf(error.cause, error.detail);
    throw error;
  }
}

/**
 * The password is on the script's standard input alone and is given by a builtin; after it comes the end of the input, so that it is tried once. Where sudo wants a
 * terminal it gets one, and the password beside it: on the terminal it would be echoed.
 */
function trialScript(marker: string, { user, mode, password = '' }: SudoUse): Buffer {
  const how = `sudo -S -k -H -p ''`;
  const asked = mode === 'tty-password' ? `script -qec "exec ${how} -u $R -- true <&3" /dev/null 3<&0 </dev/null` : `${how} -u "$R" -- true`;
  return Buffer.from(`${builtinPrintf}both() { echo "${marker} $1"; echo "${marker} $1" >&2; }
both begin
R=${quote(user)}; W=${quote(password)}
e=$(printf '%s\\n' "$W" | LC_ALL=C ${asked} 2>&1) && e=
case $e in *'try again'*|*'ncorrect password'*) both 'end wrong';; *) both 'end taken';; esac
exit 0
`);
}

import type { HostResult } from '@edge/contracts';
import { ConnectFailure } from '../connect/connect-failure.js';
import { quote } from '../host-scripts/quote.js';
import type { SudoUse } from '../host-scripts/sudo-functions.js';
import type { HostLink } from './host-link.js';
import { resultOf } from './host-result.js';
import { whyRefused } from './sudo-said.js';

/** How this host's sudo has to be asked for this user, found out without a password, by the program that every command is to sudo: a rule may allow only `sh`. */
export async function probeSudo(link: HostLink, user: string, password: string | undefined): Promise<SudoUse | HostResult> {
  const marker = link.newMarker();
  try {
    const end = await link.exchange({ marker, script: probeScript(marker, user) });
    if (end.kind === 'ended') return useOf(end.words.join(' '), user, password);
    return end.kind === 'lost' ? resultOf('unreachable', end.why) : resultOf('no-posix-shell');
  } catch (error) {
    if (error instanceof ConnectFailure) return resultOf(error.cause, error.detail);
    throw error;
  }
}

function probeScript(marker: string, user: string): Buffer {
  return Buffer.from(`both() { echo "${marker} $1"; echo "${marker} $1" >&2; }
both begin
e=$(LC_ALL=C sudo -n -H -u ${quote(user)} -- sh -c : 2>&1 </dev/null) && e=free
t=; case $e in *tty*) t=$(command -v script);; esac
both "end $t $(echo $e)"
exit 0
`);
}

function useOf(said: string, user: string, password: string | undefined): SudoUse | HostResult {
  const answer = said.trim();
  if (answer === 'free') return { user, mode: 'free' };
  if (/must have a tty/.test(answer)) {
    if (!answer.startsWith('/')) return resultOf('sudo-refused', 'sudo wants a terminal, and the host has no `script` to make one.');
    return password === undefined ? { user, mode: 'tty' } : { user, mode: 'tty-password', password };
  }
  if (!/password/.test(answer)) return resultOf('sudo-refused', whyRefused(answer));
  if (password === undefined) return resultOf('sudo-refused', `sudo wants a password to run \`sh\` as ${user}, and none is set.`);
  return { user, mode: 'password', password };
}

import type { HostResult } from '@edge/contracts';
import { Redactor } from '../output/redactor.js';

export const wrongPassword = 'sudo did not take the password; it was tried once.';
const longest = 200;

/** The password was right, but no rule allows what every command is to sudo. */
export const lacksRule = (said: string) => /not in the sudoers file|not allowed to |may not run sudo/.test(said);

export const tellsWrongPassword = ({ cause, detail }: HostResult) => cause === 'sudo-refused' && detail?.startsWith(wrongPassword) === true;

/** Why sudo refused a command, from what `heard` gave of its words. */
export function whyRefused(said: string): string {
  if (said === 'wrong') return wrongPassword;
  const sentence = shortened(said);
  if (sentence === '') return 'sudo said nothing.';
  return `sudo said: "${sentence}"${lacksRule(said) ? ' A rule is missing: every command runs as `sudo -u <user> -- sh -c …`, so sudoers must let the login user run `sh` as that user.' : ''}`;
}

/** sudo may name anything of its caller's: what it said is told as carefully as output. */
export function redacted(result: HostResult, secrets: string[]): HostResult {
  if (result.cause !== 'sudo-refused' || result.detail === undefined) return result;
  const redactor = new Redactor(secrets);
  return { ...result, detail: Buffer.concat([redactor.push(Buffer.from(result.detail)), redactor.end()]).toString('utf8') };
}

/** Where sudo names the command it is the same for all: it tells nothing and is long. */
function shortened(said: string): string {
  const plain = said.replace(/[\u0000-\u001F\u007F]+/g, ' ').replace(/(\/sh) -c .*' as /, "$1 -c …' as ").trim();
  return plain.length > longest ? `${plain.slice(0, longest)}…` : plain;
}

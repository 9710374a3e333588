import type { HostResult } from '@edge/contracts';
import { targetId } from '../connect/target.js';
import type { SudoUse } from '../host-scripts/sudo-functions.js';
import type { HostLink } from './host-link.js';
import { resultOf } from './host-result.js';
import { probeSudo } from './probe-sudo.js';
import { tryPassword, type Tried } from './try-password.js';

/** What is known of the password of one login user. `proof`: the first host that is asked shows whether it is right. */
interface Trial { proof: Promise<Tried> | undefined; until: number; refusedBy: Map<string, number> }

// Accounts are locked for some wrong tries in 15 minutes (pam_faillock).
const pauseMs = 15 * 60_000;

/**
 * Knows how each host's sudo has to be asked; asks once. After a refusal it asks again the next time. A password that no host has taken yet is tried on one host
 * first; where it is wrong it is sent to nobody for a while: a thousand hosts would lock the account.
 */
export class SudoBook {
  private readonly known = new Map<string, Promise<SudoUse | HostResult>>();
  private readonly trials = new Map<string, Trial>();

  constructor(private readonly password: string | undefined, private readonly nowMs: () => number = () => performance.now()) {}

  /** Undefined: no sudo is needed, for the command runs as the login user. */
  async for(link: HostLink, user: string | undefined): Promise<SudoUse | HostResult | undefined> {
    if (user === undefined || user === link.target.user) return undefined;
    const key = `${targetId(link.target)} ${user}`;
    let use = this.known.get(key);
    if (!use) this.known.set(key, (use = probeSudo(link, user, this.password)));
    const answer = await use;
    if ('outcome' in answer) this.known.delete(key);
    return 'outcome' in answer || answer.password === undefined ? answer : this.admitted(link, answer);
  }

  /** The host did not take the password: it is not sent there again for a while. */
  refused({ target }: HostLink): void {
    this.trialOf(target.user).refusedBy.set(target.name, this.nowMs() + pauseMs);
  }

  private async admitted(link: HostLink, use: SudoUse): Promise<SudoUse | HostResult> {
    const { name, user } = link.target;
    const trial = this.trialOf(user);
    if ((trial.refusedBy.get(name) ?? 0) > this.nowMs()) return refusal(`${name} did not take the sudo password a moment ago`);
    if (trial.proof && trial.until <= this.nowMs()) trial.proof = undefined;
    for (;;) {
      const mine = trial.proof === undefined;
      const proof = (trial.proof ??= this.prove(link, use, trial));
      const { password, result } = await proof;
      if (password === 'right') return mine && result ? result : use;
      if (password === 'wrong') return result;
      if (trial.proof === proof) trial.proof = undefined; // nobody knows: the next host is asked
      if (mine) return result;
    }
  }

  private async prove(link: HostLink, use: SudoUse, trial: Trial): Promise<Tried> {
    trial.until = Infinity;
    const tried = await tryPassword(link, use);
    if (tried.password !== 'wrong') return tried;
    trial.until = this.nowMs() + pauseMs;
    return { ...tried, result: refusal(`${link.target.name} did not take the sudo password of ${link.target.user}`) };
  }

  private trialOf(user: string): Trial {
    let trial = this.trials.get(user);
    if (!trial) this.trials.set(user, (trial = { proof: undefined, until: Infinity, refusedBy: new Map() }));
    return trial;
  }
}

function refusal(why: string): HostResult {
  return resultOf('sudo-refused', `${why}; so that the account is not locked it is tried again only in 15 minutes, or when Edge was started with another one.`);
}

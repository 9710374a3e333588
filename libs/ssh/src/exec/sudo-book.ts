import type { HostResult } from '@edge/contracts';
import { targetId } from '../connect/target.js';
import type { SudoUse } from '../host-scripts/sudo-functions.js';
import type { HostLink } from './host-link.js';
import { probeSudo } from './probe-sudo.js';

/** Knows how each host's sudo has to be asked; asks once. After a refusal it asks again the next time. */
export class SudoBook {
  private readonly known = new Map<string, Promise<SudoUse | HostResult>>();

  constructor(private readonly password: string | undefined) {}

  /** Undefined: no sudo is needed, for the command runs as the login user. */
  async for(link: HostLink, user: string | undefined): Promise<SudoUse | HostResult | undefined> {
    if (user === undefined || user === link.target.user) return undefined;
    const key = `${targetId(link.target)} ${user}`;
    let use = this.known.get(key);
    if (!use) this.known.set(key, (use = probeSudo(link, user, this.password)));
    const answer = await use;
    if ('outcome' in answer) this.known.delete(key);
    return answer;
  }
}

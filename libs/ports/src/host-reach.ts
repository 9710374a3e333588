import type { HostResult } from '@edge/contracts';
import type { OfferedKey, ShellHost } from './shell.js';

/** `problem`: why the host showed no key. */
export interface ShownKeys { offered: OfferedKey[]; problem?: string }

/** What people ask of a host beside actions, whichever program reaches it. Never throws for a host. */
export abstract class HostReach {
  /** The keys that the host shows; nobody signs in. */
  abstract offeredKeys(host: Omit<ShellHost, 'keys'>): Promise<ShownKeys>;
  /** A read-only probe as the login user. */
  abstract check(host: ShellHost): Promise<HostResult>;
  /** Removes the records of commands that nobody can ask for any more; of one that runs, never. */
  abstract clean(host: ShellHost): Promise<HostResult>;
}

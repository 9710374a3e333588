import type { OfferedKey } from './shell.js';

/** A host (or jump host) that answered with a key which is none of its known ones. */
export interface HostKeyChange {
  host: string;
  offered: OfferedKey;
  /** The keys that were known for it. */
  known: OfferedKey[];
}

/** Told of every connection that a changed key stopped; tells people once per change. */
export abstract class HostKeyWatch {
  abstract changed(change: HostKeyChange): Promise<void>;
}

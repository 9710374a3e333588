import type { Hindrance } from '../acceptance/may-start.js';
import type { ActionDocument, ActionView } from '@edge/contracts';
import type { BusRecord, Clock, Documents, Effects, Journal, Keyring, ScriptBundle, ScriptHost } from '@edge/ports';

export interface RuntimeLimits {
  /** Commands of one action that may be unanswered at once. */
  unanswered: number;
  /** The same command is sent again when nobody has spoken of it for so long. */
  silenceMs: number;
  /** Clean-up of a cancelled action may take so long. */
  cleanUpMs: number;
  /** Step results of one action: a warning, and the end. */
  warnResults: number;
  maxResults: number;
  /** A command that nobody has answered so long after its own time is over counts as lost. */
  graceMs: number;
  /** Who was fenced tries again after this long, if the action is still its to try. */
  reclaimMs: number;
  /** How often a queued action looks whether its locks are free (also woken when one ends here). */
  lookForLocksMs: number;
  /** An action that nobody has approved so long after its acceptance ends. */
  approvalMs: number;
  /** How often locks of ended actions are looked for. */
  sweepLocksMs: number;
}

export const defaultLimits: RuntimeLimits = { unanswered: 500, silenceMs: 45_000, cleanUpMs: 300_000, warnResults: 20_000, maxResults: 100_000, graceMs: 900_000, reclaimMs: 2_000, lookForLocksMs: 5_000, approvalMs: 86_400_000, sweepLocksMs: 60_000 };

/** Everything the runtime needs of the world, handed in. */
export interface RuntimeDeps {
  journal: Journal;
  documents: Documents;
  scriptHost: ScriptHost;
  effects: Effects;
  clock: Clock;
  keyring: Keyring;
  /** The pinned script; undefined if the store does not have it. */
  bundle(sha: string): Promise<ScriptBundle | undefined>;
  /** Resolves when the records are durable. */
  publish(records: BusRecord[]): Promise<void>;
  /** This incarnation, in claims. */
  owner: string;
  /** A new token per claimed action: by it the runtime knows its own records again. */
  newToken(): string;
  limits: RuntimeLimits;
  /** Looks again at what was true at acceptance: what keeps the action from starting now (freeze, grant …), if anything does. */
  mayStart(document: ActionDocument): Promise<Hindrance | undefined>;
  /** After the end is durable; a failure changes nothing about it. */
  ended(document: ActionDocument, view: ActionView): Promise<void>;
  note(facts: Record<string, unknown>, text: string): void;
}

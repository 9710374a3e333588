import type { CallPool, PoolMember } from './calls.js';
import type { Finding } from './effective-config.js';

export interface PlannedCommand {
  host: string;
  text: string;
  run_as?: string;
  /** Only where the command policy does not simply allow it. */
  policy?: { verdict: 'approve' | 'deny'; rule: string; detail: string };
}

export interface PlannedStep { step: string; commands: PlannedCommand[] }

export interface PlannedBatch { batch: number; pool?: string; hosts: string[]; steps: PlannedStep[] }

/** `verdict`: the action waits here for a canary's verdict. */
export interface PlannedStage { stage: number; share: number; hosts: string[]; batches: PlannedBatch[]; verdict?: true }

/** `least_serving`: the fewest members that serve at any moment of the plan. */
export interface PlannedPool { pool: string; members: number; serving: number; must_serve_percent: number; may_be_out: number; least_serving: number }

export interface PlannedZone { zone: string; pools: PlannedPool[]; stages: PlannedStage[] }

/** What an action would do, were every command to succeed: what `plan` answers. The hash covers all of it but itself and the states of sessions. */
export interface ActionPlan {
  plan_hash: string;
  type: string;
  script: { name: string; sha: string };
  zone_order: 'parallel' | 'ordered';
  versions: Record<string, { from?: string; to?: string }>;
  zones: PlannedZone[];
  /** Why it could not be accepted, or would not complete. */
  findings: Finding[];
  /** What somebody should know before: a pool that is emptied, a host that stays out. */
  warnings: string[];
}

/** What a rehearsal goes by: who is in a pool, as it was read, or why it could not be read. */
export type KnownPool = { pool: CallPool; members: PoolMember[] } | { pool: CallPool; error: string };

/** A step on hosts of a batch; which text each of them is given, by its place in `texts`. */
export interface RehearsedStep { step: string; hosts: string[]; texts: number[] }

export interface RehearsedZone extends Omit<PlannedZone, 'stages'> { stages: (Omit<PlannedStage, 'batches'> & { batches: (Omit<PlannedBatch, 'steps'> & { steps: RehearsedStep[] })[] })[] }

/** What a script did when it was played against a world in which all goes well: a plan before the command policy has looked at it. Each text is there once. */
export interface Rehearsal { zones: RehearsedZone[]; texts: { text: string; run_as?: string }[]; findings: Finding[]; warnings: string[] }

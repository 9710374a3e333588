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

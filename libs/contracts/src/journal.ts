import type { Json } from './json.js';
import type { HostResult } from './outcomes.js';
import type { ActionStatus } from './statuses.js';

/** What a script asks of the world. Keys are unique in an action: `kind/scope/n`, n counted per scope. */
export type StepRequest = ExecStep | TimerStep | SignalStep | CallStep | ValueStep | NoteStep;

interface Step { key: string; }

export interface ExecStep extends Step {
  kind: 'exec';
  /** The step's name, as people read it. */
  step: string;
  host: string;
  text: string;
  withinMs: number;
  channel: 'durable' | 'fast';
  runAs?: string;
  /** Names of the space's secrets, by environment variable. */
  secretEnv?: Record<string, string>;
  /** What to do when the outcome is `lost`. */
  onLost: 'fail' | 'retry' | { verify: string };
  stage?: number;
  batch?: number;
}

/** Ends at an absolute time that the runtime writes into the schedule record. */
export interface TimerStep extends Step { kind: 'timer'; forMs: number; dueAt?: number }

/** Waits for a signal of one of these names; what it waits for is shown to people. `withinMs` absent: as long as the action may run. */
export interface SignalStep extends Step { kind: 'signal'; names: string[]; waitingFor: string; withinMs?: number; dueAt?: number; match?: Record<string, Json> }

/** A journaled effect that the orchestrator performs at least once: load balancer, health check, HTTP, notification. */
export interface CallStep extends Step { kind: 'call'; service: string; request: Json; withinMs: number; scope?: string }

export interface ValueStep extends Step { kind: 'now' | 'random' }

/** A fact for people and for the fold (stage started, host out, message …): no result. */
export interface NoteStep extends Step { kind: 'note'; note: Note }

export type Note =
  | { event: 'stage-started' | 'stage-finished'; zone: string; stage: number; share: number; hosts: string[] }
  | { event: 'batch-started' | 'batch-finished'; zone: string; pool?: string; stage: number; batch: number; hosts: string[] }
  | { event: 'step-finished'; step: string; host: string; ok: boolean; stage?: number; batch?: number }
  | { event: 'host-succeeded'; host: string; version?: string }
  | { event: 'host-failed'; host: string; why: string; step?: string }
  | { event: 'host-skipped'; host: string; why: string }
  | { event: 'host-out' | 'host-in'; host: string; pool: string; zone: string }
  | { event: 'waiting'; for: string; zone?: string; stage?: number }
  | { event: 'going-on'; zone?: string; stage?: number }
  | { event: 'message'; level: 'info' | 'warning' | 'error'; text: string; host?: string; step?: string }
  | { event: 'version-live'; host: string; version: string }
  | { event: 'rolled-back'; extent: 'partial' | 'all' };

/** What a step gave. `exec` gives a HostResult; a timer or signal wait that ran out gives `timedOut`; a failed call gives `error`. */
export type StepResult =
  | { key: string; host: HostResult }
  | { key: string; value: Json }
  | { key: string; error: string }
  | { key: string; timedOut: true };

export type SignalName = 'cancel' | 'pause' | 'resume' | 'approve' | 'reject' | 'verdict' | 'renew';

export interface Signal {
  id: string;
  name: SignalName;
  by: string;
  at: string;
  reason?: string;
  payload?: Json;
}

/** What an end says beyond the status. */
export interface EndSummary {
  reason: string;
  rolledBack: 'none' | 'partial' | 'all';
  unconfirmedHosts: string[];
  error?: { message: string; file?: string; line?: number };
}

export type JournalBody =
  | { type: 'claim'; owner: string }
  | { type: 'status'; to: ActionStatus; reason?: string; dueAt?: number }
  | { type: 'schedule'; steps: StepRequest[] }
  | { type: 'result'; items: StepResult[] }
  | { type: 'signal'; signal: Signal }
  | { type: 'end'; status: ActionStatus; summary: EndSummary };

/** One record. `seq` runs from 0 without gap; `hash` covers everything else and `prev`, the hash before it: a chain. `at` in ms since the epoch. */
export type JournalRecord = JournalBody & { v: 1; action: string; seq: number; at: number; writer: string; prev: string; hash: string };

import type { JsonObject } from './json.js';
import type { ActionStatus } from './statuses.js';

/** What is asked when an action is started: the path, the body (`StartActionBody`) and the `Idempotency-Key` header. */
export interface StartRequest {
  space: string;
  project: string;
  type: string;
  servers?: string[];
  user?: string;
  /** Seconds, or `"2m"`. */
  countdown?: string | number;
  reason?: string | Record<string, string>;
  version?: string;
  config?: JsonObject;
  zones?: 'parallel' | string[];
  dry_run?: boolean;
  plan_hash?: string;
  /** Name of the freeze window that this action may break. */
  override_freeze?: string;
  on_busy?: 'queue' | 'reject' | 'supersede' | 'cancel-and-run';
  /** `"30m"`, or seconds. */
  start_within?: string | number;
  allow_duplicate?: boolean;
  idempotencyKey?: string;
}

/** One command on many hosts: an action of type `run` of project `-`. */
export interface RunRequest {
  space: string;
  hosts: string[];
  command: string;
  timeout?: string | number;
  concurrency?: number;
  run_as?: string;
  idempotencyKey?: string;
  /** Hosts that are not there fail only themselves, unless all together are to be refused. */
  unknownHosts?: 'refuse';
}

/** Who holds what a queued action waits for; of another space no more than that. */
export interface Waiting { position: number; behind: { action_id: string; project: string; type: string; actor: string } | 'busy in another space' }

/** The answer to a start. */
export interface Accepted {
  action_id: string;
  project: string;
  status: ActionStatus;
  hosts: number;
  /** Host → from which version to which, where known. */
  versions?: Record<string, { from?: string; to?: string }>;
  /** What the status waits for, in words (approval). */
  waiting_for?: string;
  queue?: Waiting;
  /** The same was asked before and has not ended. */
  duplicate?: true;
  /** Only of a dry run: nothing was stored. */
  plan?: JsonObject;
  warnings?: string[];
  links: Record<string, string>;
}

/** The answer to cancel, pause, resume, approve, reject, verdict: what was sent, and the status in which it reached the action. */
/** `duplicate`: it was said before; it did nothing more. */
export interface SignalAccepted { action_id: string; signal: string; id: string; status: ActionStatus; duplicate?: true }

/** Where a canary service says its verdict on one analysis: collection `verdicts`, id the SHA-256 of the address's code. */
export interface VerdictAddress { action: string; zone: string; stage: number; at: string; said?: { verdict: 'positive' | 'negative' | 'inconclusive'; id: string } }

/** Which version of a project a host runs, and other ones that it ran before, the latest first: collection `versions`, id `<space>/<project>/<host>`. */
export interface LiveVersion { space: string; project: string; host: string; version: string; action?: string; at: string; before?: string[] }

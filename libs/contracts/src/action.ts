import type { EffectiveConfig, ResolvedHost, ResolvedPool } from './effective-config.js';
import type { JsonObject } from './json.js';
import type { ActionStatus } from './statuses.js';

/** Who asks. `subject` is `user:…` or `token:…`; `interactive` people get a default countdown. */
export interface Caller {
  subject: string;
  name: string;
  interactive: boolean;
  address?: string;
  via?: string;
}

/** What the caller was promised: travels with the action, is never looked up again. */
export interface ActionSnapshot {
  script: { name: string; sha: string };
  config: EffectiveConfig;
  values: JsonObject;
  hosts: ResolvedHost[];
  /** Zones in the order of their first host; `parallel` unless an order was asked for. */
  zones: string[];
  zoneOrder: 'parallel' | 'ordered';
  pools: ResolvedPool[];
  artifactServers: Record<string, string>;
  loadBalancer?: { name: string } & JsonObject;
  allowEmptyPool: boolean;
  policyVersion: string;
  /** Host → the version it ran at acceptance, where known; `to` is what the action brings. */
  from: Record<string, string>;
  to?: string;
  /** Host → its own target, where hosts go to different versions (a rollback to each host's previous one); wins over `to`. */
  toByHost?: Record<string, string>;
  /** Host → pools that an earlier action of this project took it out of and did not put it back into: this action may. */
  leftOut?: Record<string, string[]>;
}

/** Signed by the gateway at acceptance; without it an executor runs nothing. Times RFC 3339 UTC. */
export interface Grant {
  action: string;
  actor: string;
  space: string;
  project: string;
  type: string;
  /** The names; of many hosts the root of their hash tree instead: each command then brings the proof for its own. */
  hosts: string[] | HostsRoot;
  script: string;
  configHash: string;
  /** Text of a free command (type `run`), which the grant then covers word for word. */
  command?: string;
  issuedAt: string;
  expiresAt: string;
}

/** `root`: base64 of SHA-256, see `NameTree`. */
export interface HostsRoot { root: string; count: number }

/** `payload` is canonical JSON; `signature` base64 Ed25519 over the bytes `<audience>\n<payload>`. */
export interface Signed { payload: string; kid: string; signature: string }

/** The stored action: its own outbox until `published`. Only `projection` and `published` change after acceptance. */
export interface ActionDocument {
  id: string;
  space: string;
  project: string;
  environment: string;
  type: string;
  actor: Caller;
  /** Who it is for, as the caller said. */
  user?: string;
  reason?: string | Record<string, string>;
  acceptedAt: string;
  countdownSeconds: number;
  startWithinMs: number;
  onBusy: 'queue' | 'reject' | 'supersede' | 'cancel-and-run';
  dryRun?: boolean;
  needsApproval: boolean;
  approvalReason?: string;
  planHash?: string;
  /** Name of the freeze window that it may break. */
  overridesFreeze?: string;
  hosts: string[];
  snapshot: ActionSnapshot;
  grant: Signed;
  /** Absent once it was published on `edge.actions`. */
  unpublished?: boolean;
  idempotencyKey?: string;
  requestHash: string;
  retryOf?: string;
  /** Actions that this one asks to be cancelled, once it is accepted (`supersede`, `cancel-and-run`). */
  supersedes?: string[];
  projection: ActionProjection;
}

/** A copy of the journal's fold for lists; `seq` is the journal position it was folded from, older never overwrites newer. */
export interface ActionProjection {
  status: ActionStatus;
  seq: number;
  at: string;
  ended: boolean;
}

export type HostState = 'pending' | 'running' | 'succeeded' | 'failed' | 'skipped' | 'cancelled' | 'unconfirmed';

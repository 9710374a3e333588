import type { Json } from '@edge/contracts';
import type { Batch, Host, Loss } from './batch.js';
import type { Duration } from './schemas.js';

/** What a rollout came to. `skipped` were not tried. */
export interface RollOutReport { succeeded: string[]; failed: Loss[]; skipped: string[] }

export interface RollOutOptions {
  /** `zones` (default): as the action says, zones in parallel or in order. `one-by-one`: one host after the other, zone after zone. `at-once`: all hosts in one batch. */
  order?: 'zones' | 'one-by-one' | 'at-once';
  /** `stop` (default): a failed host stops what has not begun. `go-on`: the others are still tried. */
  onFailure?: 'stop' | 'go-on';
  /** `staged` (default where the configuration says `is_staggered` or `is_canary`): stages by share; `plain`: none. */
  stages?: 'staged' | 'plain';
  /** With the service's port in each pool (a number, or the name of a host variable): only that member of the host is taken out. */
  port?: number | string;
  /** `canary` (default where the configuration says `is_canary`): a verdict after each intermediate stage. */
  verdict?: 'canary' | 'none';
  /** Around each pool of each zone; `after` runs also when something failed or the action is cancelled. */
  hooks?: { before?: (around: PoolScope) => Promise<void>; after?: (around: PoolScope) => Promise<void> };
}

export interface PoolScope { zone: string; pool?: string; hosts: readonly Host[] }

/** The load balancer's side of a batch. Where there is none, both do nothing. */
export interface Pool {
  /** Out of service, drained by session count within `member_session_wait_time`. Hosts that were out before are left as they are. */
  takeOut(batch: Batch): Promise<void>;
  /** Back into service: standing hosts that this action took out, and none other. */
  putBack(batch: Batch): Promise<void>;
  /** Back into service: hosts that the batch lost but that are healthy by the configured check. */
  putBackHealthy(batch: Batch): Promise<void>;
}

export interface HttpRequest { method?: string; url: string; headers?: Record<string, string>; body?: Json; within?: Duration }
export interface HttpAnswer { status: number; body: string }

/** Everything a handler is handed. Nothing else of the world can be reached; every call is journaled, and replays with the answer it had. */
export interface ScriptContext<Config> {
  readonly action: string;
  readonly type: string;
  readonly config: Config;
  /** Hosts of the action in the order of its configuration. */
  readonly hosts: readonly Host[];
  readonly zones: readonly string[];
  /** The version that the action brings, if it brings one to all hosts. */
  readonly version?: string;
  /** Address of the zone's artifact server, without a slash at its end. */
  artifactServer(zone: string): string;
  rollOut(work: (batch: Batch) => Promise<void>, options?: RollOutOptions): Promise<RollOutReport>;
  readonly pool: Pool;
  /** One HTTP exchange, at least once. @throws when no answer came. */
  http(request: HttpRequest): Promise<HttpAnswer>;
  /** Looks again and again until it answers true; false when the time ran out. */
  waitUntil(look: () => Promise<boolean>, options: { within: Duration; every: Duration }): Promise<boolean>;
  sleep(time: Duration): Promise<void>;
  /** Waits for a person. False: rejected, or nobody answered in time. */
  approval(question: string, options?: { within?: Duration }): Promise<boolean>;
  /** Tells people beyond the action's page; a failure to do so changes nothing. */
  notify(text: string): Promise<void>;
  /** Milliseconds since the epoch. */
  now(): Promise<number>;
  /** 0 ≤ x < 1. */
  random(): Promise<number>;
  /** A sentence for the action's page. */
  say(text: string, options?: { level?: 'info' | 'warning' | 'error'; host?: string }): void;
}

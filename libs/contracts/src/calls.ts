import type { JsonObject } from './json.js';

/** Which pool: a pool is identified by zone and name. */
export interface CallPool { zone: string; name: string }

/** A member of a pool as the load balancer says now. */
export interface PoolMember { host: string; port?: number; state: 'in' | 'draining' | 'out'; healthy: boolean; sessions: number }

/** Which pool, and how many of its members must go on serving. */
export interface KeptPool extends CallPool { keep: number }

/**
 * `members` reads. `drain` (no new sessions) is refused, for all pools together, when one of them would then serve fewer than `keep`: looked at
 * and changed in one go, so that two actions never take a pool below its floor together. `take-out`: whatever sessions remain. Every state is read back.
 * `port`: only that member of the host, so that other services of the host go on.
 */
export type LoadBalancerCall =
  | { op: 'members'; pools: CallPool[] }
  | { op: 'drain'; host: string; pools: KeptPool[]; port?: number }
  | { op: 'take-out' | 'put-back'; host: string; pools: CallPool[]; port?: number };
export type LoadBalancerAnswer =
  | { pools: { pool: CallPool; members: PoolMember[] }[] }
  | { done: true }
  | { done: false; pool: string; serving: number; keep: number };

/** One look at a host. `port` at the host's address; `status` (default 200) and `text` must be found in an HTTP answer. */
export type HealthCall =
  | { check: 'http' | 'https'; host: string; port: number; path: string; method?: string; body?: string; headers?: Record<string, string>; status?: number; text?: string }
  | { check: 'url'; host: string; url: string; status?: number; text?: string }
  | { check: 'tcp'; host: string; port: number }
  /** The pool's monitor whose name holds one of these words says what to ask (an HTTP manager knows them). */
  | { check: 'monitor'; host: string; pool: CallPool; names: string[] };
export interface HealthAnswer { healthy: boolean; detail: string }

export interface HttpCall { method: string; url: string; headers?: Record<string, string>; body?: JsonObject | string; withinMs: number }
export interface HttpCallAnswer { status: number; body: string }

export interface NotifyCall { text: string }

/** Asks the canary service for an analysis; `analysis` is unique per action, zone and stage, so that asking twice schedules once. */
export type CanaryCall =
  | { op: 'schedule'; analysis: string; zone: string; stage: number; share: number; test: string[]; control: string[]; version?: string }
  | { op: 'measure'; zone: string; stage: number; test: string[]; control: string[]; query: string; tolerance: number };
export type CanaryAnswer =
  | { state: 'scheduled'; link?: string }
  | { state: 'not-configured'; detail: string }
  | { state: 'measured'; verdict: 'positive' | 'negative' | 'inconclusive'; detail: string };

/** What a script's `call` step asks and gets, by service. */
export interface Calls {
  'load-balancer': { request: LoadBalancerCall; answer: LoadBalancerAnswer };
  health: { request: HealthCall; answer: HealthAnswer };
  http: { request: HttpCall; answer: HttpCallAnswer };
  notify: { request: NotifyCall; answer: JsonObject };
  canary: { request: CanaryCall; answer: CanaryAnswer };
}

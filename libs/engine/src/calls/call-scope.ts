import type { ActionDocument, JsonObject } from '@edge/contracts';
import type { Clock, Documents, LoadBalancer, Network } from '@edge/ports';
import type { OneAtATime } from './one-at-a-time.js';

export interface CallsDeps {
  clock: Clock;
  documents: Documents;
  network: Network;
  /** The adapter for a load balancer of the platform's configuration (`type`, `address`, …). */
  loadBalancer(config: { name: string } & JsonObject): LoadBalancer;
  /** Where the canary service says its verdict on a stage: a single-use address. */
  verdictUrl?(analysis: { action: string; zone: string; stage: number }): Promise<string>;
}

export interface CallScope extends CallsDeps { action: ActionDocument; withinMs: number; locks: OneAtATime; owned(): Promise<boolean> }

export interface Member {
  /** Host name as Edge knows it. */
  host: string;
  port?: number;
  state: 'in' | 'draining' | 'out';
  /** By whom it is out is not known here; the journal knows what Edge took out. */
  healthy: boolean;
  sessions: number;
}

export interface PoolRef { zone: string; name: string }

/** A load balancer. State is read back, never assumed. Rejections carry a sentence for people; every call is safe to repeat. */
export abstract class LoadBalancer {
  abstract members(pool: PoolRef): Promise<Member[]>;
  /** No new sessions; running ones go on. */
  abstract drain(pool: PoolRef, host: string): Promise<void>;
  /** Out whatever sessions remain. */
  abstract takeOut(pool: PoolRef, host: string): Promise<void>;
  abstract putBack(pool: PoolRef, host: string): Promise<void>;
}

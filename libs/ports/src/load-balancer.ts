export interface Member {
  /** Host name as Edge knows it; an address, where the load balancer knows no name. */
  host: string;
  port?: number;
  state: 'in' | 'draining' | 'out';
  /** By whom it is out is not known here; the journal knows what Edge took out. */
  healthy: boolean;
  sessions: number;
}

export interface PoolRef { zone: string; name: string }

/** A member by its host; with `port`, only that server of the host. */
export interface MemberRef { host: string; port?: number }

/** How a load balancer itself looks at its members. `expect` must occur in the answer. */
export interface Monitor { method: string; path: string; headers?: Record<string, string>; body?: string; expect?: string }

/** A load balancer. State is read back, never assumed. Rejections carry a sentence for people; every call is safe to repeat. */
export abstract class LoadBalancer {
  /** Rejects for a pool that it does not know. */
  abstract members(pool: PoolRef): Promise<Member[]>;
  /** No new sessions; running ones go on. */
  abstract drain(pool: PoolRef, member: MemberRef): Promise<void>;
  /** Out whatever sessions remain. */
  abstract takeOut(pool: PoolRef, member: MemberRef): Promise<void>;
  abstract putBack(pool: PoolRef, member: MemberRef): Promise<void>;
  /** The pool's first monitor whose name holds one of these words; undefined where there is none, or where it is not told. */
  abstract monitor(pool: PoolRef, names: readonly string[]): Promise<Monitor | undefined>;
}

import type { HostDocument } from './documents.js';
import type { Json, JsonObject } from './json.js';

/** Lowest first: a later layer replaces the whole value of a key, unless it says `{"$merge": …}`. */
export const layers = ['script', 'platform', 'environment', 'project', 'action'] as const;
export type Layer = (typeof layers)[number];

/** One effective value and the layer it came from (`$merge`: the topmost that touched it). */
export interface Effective { value: Json; origin: Layer }

export type EffectiveConfig = Record<string, Effective>;

/** A finding of a check: where, what, from which layer, and what to do. `pointer` is a JSON pointer into the body or the configuration. */
export interface Finding {
  pointer: string;
  detail: string;
  origin?: Layer;
  remedy?: string;
  level?: 'error' | 'warning';
}

/** How every finding of the command policy begins: who reads it knows a refusal from a mistake. */
export const policyRefuses = 'The command policy refuses';

/** One pool of one zone of the project, from `pool_info`. `inpool_threshold` in percent that must stay in. */
export interface ResolvedPool { zone: string; name: string; inpool_threshold: number }

/** A host of the project with what an action needs to know of it. */
export interface ResolvedHost extends HostDocument { zone: string; pools: string[] }

/** Everything the configuration says of a project at one moment: what an action is accepted on, and carries. */
export interface ResolvedProject {
  space: string;
  project: string;
  environment: string;
  /** Script name and content address. */
  script: { name: string; sha: string };
  config: EffectiveConfig;
  values: JsonObject;
  zones: string[];
  pools: ResolvedPool[];
  hosts: ResolvedHost[];
  artifactServers: Record<string, string>;
  loadBalancer?: { name: string } & JsonObject;
  protected: boolean;
  requireReason: boolean;
  allowEmptyPool: boolean;
  findings: Finding[];
}

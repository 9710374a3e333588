import type { Kind } from '@edge/contracts';

export interface ConfigFact { kind: Kind; id: string; version: number; by: string; at: string; space?: string; project?: string; pointers: string[]; deleted: boolean }

/** Where changes of configuration are told (`edge.config.changed`, `edge.grant.changed`). Whoever wires the module may give one. */
export abstract class ConfigFacts {
  abstract changed(facts: ConfigFact[]): Promise<void>;
}

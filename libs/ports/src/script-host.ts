import type { CallPool, Finding, Json, JsonObject, KnownPool, Rehearsal, StepRequest, StepResult } from '@edge/contracts';

/** A script as it is pinned: the kit (what scripts are built on) and the author's module, both ESM text. Its address is the hash of both. */
export interface ScriptBundle { sha: string; name: string; kit: string; source: string; file: string }

/** A file that no script could be made of, and why. */
export interface RefusedScript { file: string; why: string }

export interface ScriptDescription {
  name: string;
  about: string;
  actions: string[];
  /** JSON Schema of the configuration, for forms and docs. */
  schema: JsonObject;
  defaults: JsonObject;
}

/** What a run is started with: the same input always makes the same first requests. */
export interface ScriptInput {
  action: string;
  type: string;
  /** `ActionSnapshot` of contracts, as JSON. */
  snapshot: JsonObject;
}

/** What the script did between two deliveries: new requests in order, and its end if it ended. */
export interface Turn {
  requests: StepRequest[];
  end?: { ok: true; value?: Json } | { ok: false; error: { message: string; file?: string; line?: number } };
}

/** `cancel` rejects what the script waits for and lets it clean up; later results still arrive. */
export type Delivery = StepResult | { cancel: string };

/** One running script. Turns never overlap; the next is answered when the script has nothing more to do without a delivery. */
export interface ScriptRun {
  start(): Promise<Turn>;
  deliver(delivery: Delivery): Promise<Turn>;
  /** The same for several, one after the other: a turn for each; none after the turn that ends the script. */
  deliverAll(deliveries: readonly Delivery[]): Promise<Turn[]>;
  stop(): void;
}

export interface Wants { wants: CallPool[][] }

/** Runs scripts away from the world: they reach it only by the requests of their turns. */
export abstract class ScriptHost {
  abstract describe(bundle: ScriptBundle): Promise<ScriptDescription>;
  /** Checks configuration against the script's own schema; `type` must be exported. No findings: it fits. Secret references (`{"$secret": …}`) and `{"$required": …}` are the caller's business. */
  abstract check(bundle: ScriptBundle, type: string, config: JsonObject): Promise<Finding[]>;
  abstract run(bundle: ScriptBundle, input: ScriptInput): ScriptRun;
  /**
   * Plays a script to its end in one go, in a world in which all goes well. `wants`: pools that have to be known first, as the script asks for them together.
   * Undefined: what the bundle is built on is of a release that cannot do that; it has to be played in turns. What the script does wrong is a finding.
   */
  abstract rehearse(bundle: ScriptBundle, input: ScriptInput, known: readonly KnownPool[]): Promise<Rehearsal | Wants | undefined>;
  abstract close(): Promise<void>;
}

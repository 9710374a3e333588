import type { ActionDocument, JsonObject, PolicyDocument } from '@edge/contracts';
import type { BusRecord, Clock, ConfigReader, Documents, Journal, Keyring, ScriptHost } from '@edge/ports';

/** What the command policy says of a shell text; `instead` is what to write. */
export interface CommandVerdict { verdict: 'allow' | 'approve' | 'deny'; rule: string; detail: string; span?: readonly [number, number]; instead?: string }

/** Everything acceptance needs of the world, handed in. */
export interface AcceptanceDeps {
  documents: Documents;
  journal: Pick<Journal, 'read'>;
  config: ConfigReader;
  scriptHost: Pick<ScriptHost, 'check'>;
  /** Signs grants and signals: the gateway's. */
  keyring: Keyring;
  clock: Clock;
  /** Resolves when the records are durable on the bus. */
  publish(records: BusRecord[]): Promise<void>;
  checkCommand(text: string, options: { runAs?: string; rules: PolicyDocument[] }): CommandVerdict;
  /** A new id that sorts by time. */
  newId(): string;
  /** The plan of an action that is not yet accepted, and its hash; absent: plans are not made here. `all-serve`: as if every member of its pools served. */
  plan?(document: ActionDocument, options?: { assume?: 'all-serve' }): Promise<{ plan: JsonObject; hash: string }>;
  /** Hears what went wrong and will be tried again. */
  note(facts: Record<string, unknown>, text: string): void;
}

/** An action may run this long after its acceptance; then its grant ends. */
export const grantMs = 7 * 86_400_000;
export const keptKeysMs = 7 * 86_400_000;
export const queuedPerProject = 1_000;

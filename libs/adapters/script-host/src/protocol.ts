import type { JsonObject } from '@edge/contracts';
import type { Delivery, ScriptBundle, ScriptInput } from '@edge/ports';

/** What the host asks its thread, one question at a time. */
export type Ask =
  | { ask: 'load'; bundle: ScriptBundle }
  | { ask: 'describe'; sha: string }
  | { ask: 'check'; sha: string; type: string; config: JsonObject }
  | { ask: 'start'; run: string; sha: string; input: ScriptInput }
  | { ask: 'deliver'; run: string; deliveries: readonly Delivery[] }
  | { ask: 'stop'; run: string };

export type Question = Ask & { n: number };

export type Answer = { n: number; value: unknown } | { n: number; error: { message: string; file?: string; line?: number } };

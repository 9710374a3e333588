import type { KnownPool } from '@edge/contracts';
import type { Delivery, ScriptBundle, ScriptInput } from '@edge/ports';
import type { Check } from './checks-together.js';

/** What the host asks its thread, one question at a time. */
export type Ask =
  | { ask: 'load'; bundle: ScriptBundle }
  | { ask: 'describe'; sha: string }
  | { ask: 'check'; sha: string; checks: Check[] }
  | { ask: 'rehearse'; run: string; sha: string; input: ScriptInput; known: readonly KnownPool[] }
  | { ask: 'start'; run: string; sha: string; input: ScriptInput }
  | { ask: 'deliver'; run: string; deliveries: readonly Delivery[] }
  | { ask: 'stop'; run: string };

export type Question = Ask & { n: number };

export type Answer = { n: number; value: unknown } | { n: number; error: { message: string; file?: string; line?: number } };

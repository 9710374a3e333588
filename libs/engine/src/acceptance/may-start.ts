import { type ActionDocument, type FreezeDocument, type Grant } from '@edge/contracts';
import type { Clock, ConfigReader, Keyring } from '@edge/ports';

/** The freeze window that holds this type back, if there is one; the one that an action overrides by its name does not. */
export function freezeFor(freezes: readonly FreezeDocument[], type: string, overridden?: string): FreezeDocument | undefined {
  return freezes.find((freeze) => freeze.name !== overridden && !(freeze.except ?? []).includes(type));
}

/** Why an action must not start now, in one sentence; with `untilMs` that passes by then, and the action is held until it does. */
export interface Hindrance { why: string; untilMs?: number }

/** Looks again, right before an action starts, at what was true at its acceptance. */
export async function mayStart(document: ActionDocument, { config, clock, keyring }: { config: Pick<ConfigReader, 'rules'>; clock: Clock; keyring: Keyring }): Promise<Hindrance | undefined> {
  const now = clock.now();
  const grant = keyring.verify<Grant>('grant', document.grant);
  if (!grant || grant.action !== document.id) return { why: 'Its grant is not signed by a known gateway.' };
  if (Date.parse(grant.expiresAt) <= now) return { why: `Its grant ended ${grant.expiresAt}: ask for it anew.` };
  const { freezes } = await config.rules({ space: document.space, environment: document.environment, at: new Date(now).toISOString() });
  const freeze = freezeFor(freezes, document.type, document.overridesFreeze);
  return freeze ? { why: `Freeze "${freeze.name}" is in force until ${freeze.to}.`, untilMs: Date.parse(freeze.to) } : undefined;
}

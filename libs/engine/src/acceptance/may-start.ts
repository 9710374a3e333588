import { type ActionDocument, type FreezeDocument, type Grant } from '@edge/contracts';
import type { Clock, ConfigReader, Keyring } from '@edge/ports';

/** The freeze window that holds this type back, if there is one. */
export function freezeFor(freezes: readonly FreezeDocument[], type: string): FreezeDocument | undefined {
  return freezes.find((freeze) => !(freeze.except ?? []).includes(type));
}

/** Looks again, right before an action starts, at what was true at its acceptance. Answers why it must not start now, in one sentence. */
export async function mayStart(document: ActionDocument, { config, clock, keyring }: { config: Pick<ConfigReader, 'rules'>; clock: Clock; keyring: Keyring }): Promise<string | undefined> {
  const now = clock.now();
  const grant = keyring.verify<Grant>('grant', document.grant);
  if (!grant || grant.action !== document.id) return 'Its grant is not signed by a known gateway.';
  if (Date.parse(grant.expiresAt) <= now) return `Its grant ended ${grant.expiresAt}.`;
  const { freezes } = await config.rules({ space: document.space, environment: document.environment, at: new Date(now).toISOString() });
  const freeze = freezeFor(freezes, document.type);
  return freeze ? `Freeze "${freeze.name}" is in force until ${freeze.to}.` : undefined;
}

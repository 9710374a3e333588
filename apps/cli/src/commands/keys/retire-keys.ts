import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { EdgeClient } from '@edge/client';
import { type Audience, audiences, replacedKeys } from './key-files.js';
import { endless, type Purpose } from './rotate-keys.js';

export interface Retired { purpose: Purpose; key: string }

/** What `POST /api/v1/secrets/reencrypt` answers. */
export interface Reencrypted { key: string; secrets: number; reencrypted: number; left: number }

/** Signing keys that were replaced before this moment are no longer believed. */
export function retireSigningKeys(folder: string, wanted: readonly Purpose[]): Retired[] {
  return audiences.filter((audience) => wanted.includes(audience)).flatMap((audience) =>
    replacedKeys(folder, audience).map(([name, { kid }]) => {
      rmSync(join(folder, name));
      return { purpose: audience, key: kid };
    }));
}

/** Keys of secrets that nothing is encrypted with any more. */
export function retireSecretsKeys(folder: string): Retired[] {
  const old = readdirSync(folder).filter((name) => /^secrets\..+\.key$/.test(name) && name !== 'secrets.next.key');
  return old.map((name) => {
    rmSync(join(folder, name));
    return { purpose: 'secrets', key: name.split('.')[1]! };
  });
}

/** Unfinished actions whose grant a replaced key signed. */
export async function actionsOfReplacedKeys(folder: string, client: EdgeClient): Promise<string[]> {
  const replacedAt = (['grant'] as Audience[]).flatMap((audience) => replacedKeys(folder, audience)).map(([, half]) => half.replacedAt!).sort().at(-1);
  if (!replacedAt) return [];
  const unfinished = 'accepted,waiting,queued,counting-down,running,paused,blocked,cancelling';
  const { items } = await client.get<{ items: { action_id: string }[] }>('/api/v1/actions', { query: { status: unfinished, until: replacedAt, limit: 1_000 } });
  return items.map(({ action_id }) => action_id);
}

/** What is retired when nobody names it: all but what must be checkable for ever. */
export const usuallyRetired: readonly Purpose[] = [...audiences.filter((audience) => !endless.includes(audience)), 'secrets'];

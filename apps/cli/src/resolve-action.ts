import type { EdgeClient } from '@edge/client';

/** `last` is the caller's latest action; anything else is an id already. */
export async function resolveAction(client: EdgeClient, given: string): Promise<string> {
  if (given !== 'last') return given;
  const { name } = await client.get<{ name: string }>('/api/v1/me');
  const { items } = await client.get<{ items: { action_id: string }[] }>('/api/v1/actions', { query: { user: name, limit: 1 } });
  const latest = items[0]?.action_id;
  if (!latest) throw new Error('You have not started an action yet.');
  return latest;
}

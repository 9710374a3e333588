import { errors as client, type Client } from '@elastic/elasticsearch';

const day = 86_400_000;
/** An index holds actions of up to a month after it was made (summaries), and its own pruning comes first: the policy is for indices that nobody prunes any more. */
const marginMs = 40 * day;

/**
 * Makes or renews the policy by which the server itself drops indices that are long past their retention, and answers its name. Undefined where no retention is
 * given, where the server has no lifecycles, and where the user may not manage them: then indices are dropped by `prune` alone.
 */
export async function ensureLifecycle(server: Client, { prefix, retentionMs }: { prefix: string; retentionMs: number | undefined }): Promise<string | undefined> {
  if (retentionMs === undefined) return undefined;
  const name = `${prefix}-logs`;
  const days = Math.ceil((retentionMs + marginMs) / day);
  try {
    await server.ilm.putLifecycle({ name, policy: { _meta: { managed_by: 'edge' }, phases: { hot: { actions: {} }, delete: { min_age: `${days}d`, actions: { delete: {} } } } } });
    return name;
  } catch (error) {
    if (error instanceof client.ResponseError && offersNone(error.statusCode)) return undefined;
    throw error;
  }
}

/** 400, 404 and 405: nothing there answers; 403: not for this user. */
const offersNone = (status: number | undefined): boolean => status !== undefined && [400, 403, 404, 405].includes(status);

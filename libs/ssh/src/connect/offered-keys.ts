import type { OfferedKey } from '@edge/ports';
import { connectOver } from './connect.js';
import { ConnectFailure } from './connect-failure.js';
import type { ConnectionPool } from './connection-pool.js';
import { shownKey } from './host-key-verdict.js';
import type { Target } from './target.js';

const families = [['ssh-ed25519'], ['ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521'], ['ssh-rsa']];

/** The host's keys, one handshake per kind of key, never signing in. Rejects with `ConnectFailure` if it cannot be reached. */
export async function offeredKeysOf(target: Target, pool: ConnectionPool): Promise<OfferedKey[]> {
  const found = new Map<string, OfferedKey>();
  for (const family of families) {
    const blob = await offered({ ...target, keyTypes: family, auth: [] }, pool);
    if (blob) found.set(blob.toString('base64'), shownKey(blob));
  }
  return [...found.values()];
}

async function offered(target: Target, pool: ConnectionPool): Promise<Buffer | undefined> {
  let seen: Buffer | undefined;
  const judgeKey = (blob: Buffer) => {
    seen = blob;
    return 'unknown' as const;
  };
  try {
    const client = await connectOver(await pool.openStream(target), { ...target, judgeKey });
    client.destroy();
  } catch (error) {
    if (!seen && error instanceof ConnectFailure) throw error;
  }
  return seen;
}

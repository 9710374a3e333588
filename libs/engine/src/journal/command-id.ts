import { createHash } from 'node:crypto';

/** The id of a command: the same for every sending of the same attempt of the same step. A safe token for file names. */
export function commandId(action: string, key: string, attempt: number): string {
  return createHash('sha256').update(`${action}\n${key}\n${attempt}`).digest('hex').slice(0, 40);
}

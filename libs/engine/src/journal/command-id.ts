import { hash } from 'node:crypto';

/** The id of a command: the same for every sending of the same attempt of the same step. A safe token for file names. */
export function commandId(action: string, key: string, attempt: number): string {
  return hash('sha256', `${action}\n${key}\n${attempt}`).slice(0, 40);
}

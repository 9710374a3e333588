/** Key of the result of one attempt of a step that is tried again: it is journaled, but never given to the script. */
export function attemptKey(key: string, attempt: number): string {
  return `${key}@${attempt}`;
}

/** Key of the command that asks a host whether a lost step is done. */
export function verifyKey(key: string): string {
  return `${key}@verify`;
}

/** True for keys that are the runtime's own business. */
export function isOwnKey(key: string): boolean {
  return /@(\d+|verify)$/.test(key);
}

import { type Finding, isObject, pointerTo } from '@edge/contracts';

/** `scheme://user:password@`; a password that is a variable (`$TOKEN`) is none yet. */
const withPassword = /\b[a-z][a-z0-9+.-]*:\/\/[^\s/@:'"]*:(?!\$)[^\s/@'"]+@/i;

/** Configuration is shown to people, written into plans and onto command lines of hosts: an address in it may hold no password. */
export function passwordsInAddresses(value: unknown, path: (string | number)[] = []): Finding[] {
  if (typeof value === 'string') return withPassword.test(value) ? [found(path)] : [];
  if (Array.isArray(value)) return value.flatMap((one, index) => passwordsInAddresses(one, [...path, index]));
  return isObject(value) ? Object.entries(value).flatMap(([key, one]) => passwordsInAddresses(one, [...path, key])) : [];
}

function found(path: (string | number)[]): Finding {
  return { pointer: pointerTo(...path), level: 'error', detail: 'There is a password in this address: whoever sees the configuration, a plan or the process list of a host would read it.', remedy: 'Make it a secret of the space and give it to commands by secret_env.' };
}

export interface HostRow { name: string; address?: string; port?: number; zone?: string; keys?: string[] }
export interface ShownKey { type: string; key: string; fingerprint: string }

/** What `GET /hosts/:host/keys` answers. */
export interface ShownKeys { host: string; enrolled: ShownKey[]; offered: ShownKey[]; pending?: { offered: ShownKey; since: string }; problem?: string }

export function hostPath(name: string): string {
  return `/api/v1/hosts/${encodeURIComponent(name)}`;
}

export interface EnrolOptions { fingerprint?: string; yes?: boolean; replace?: boolean; knownHosts?: string }

/** Comments do not count. */
export function isSameKey(one: string, other: string): boolean {
  return one.split(' ', 2).join(' ') === other.split(' ', 2).join(' ');
}

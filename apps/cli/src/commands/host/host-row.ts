import { EdgeProblem } from '@edge/client';

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

/** The sentence about a host that Edge does not know; any other error goes on. */
export function unknownHost(error: unknown): string {
  if (error instanceof EdgeProblem && error.status === 404) return error.problem.detail;
  throw error;
}

import { createHmac, timingSafeEqual } from 'node:crypto';
import { matchesList } from '../config/match-pattern.js';

/** How known_hosts names a host: `name`, or `[name]:port` where the port is not 22; in lower case. */
export function hostId(name: string, port: number): string {
  const lower = name.toLowerCase();
  return port === 22 ? lower : `[${lower}]:${port}`;
}

/** Whether the host field of a line (patterns with `*`, `?`, `!`, or a hash) means this host. */
export function matchesHost(hosts: string, id: string): boolean {
  return hosts.startsWith('|1|') ? matchesHash(hosts, id) : matchesList(id, hosts.toLowerCase());
}

function matchesHash(hashed: string, id: string): boolean {
  const [salt = '', hash = ''] = hashed.slice(3).split('|');
  const wanted = Buffer.from(hash, 'base64');
  const made = createHmac('sha1', Buffer.from(salt, 'base64')).update(id).digest();
  return wanted.length === made.length && timingSafeEqual(wanted, made);
}

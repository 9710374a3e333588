import { hostId, matchesHost } from './matches-host.js';
import { parseKnownHosts } from './parse-known-hosts.js';

/** A host whose keys are to be enrolled from a known_hosts file. */
export interface ImportHost { name: string; address?: string; port?: number }

/** `keys`: host → lines to enrol (`type base64`). `missing`: hosts about which the file says nothing. `bad`: lines that cannot be used. */
export interface ImportedKeys { keys: Record<string, string[]>; missing: string[]; bad: string[]; revoked: string[] }

/** Picks the keys of these hosts out of known_hosts text, hashed names too. Revoked keys are left out and named. Nothing is guessed from authorities. */
export function importKnownHosts(text: string, { hosts, file = 'known_hosts' }: { hosts: ImportHost[]; file?: string }): ImportedKeys {
  const { lines, bad } = parseKnownHosts(text, file);
  const result: ImportedKeys = { keys: {}, missing: [], bad, revoked: [] };
  for (const host of hosts) {
    const ids = [...new Set([host.name, host.address ?? host.name].map((name) => hostId(name, host.port ?? 22)))];
    const mine = lines.filter((line) => ids.some((id) => matchesHost(line.hosts, id)));
    const revoked = new Set(mine.filter((line) => line.marker === 'revoked').map((line) => line.key));
    const keys = [...new Set(mine.filter((line) => !line.marker && !revoked.has(line.key)).map((line) => `${line.type} ${line.key}`))];
    if (revoked.size > 0) result.revoked.push(host.name);
    if (keys.length > 0) result.keys[host.name] = keys;
    else result.missing.push(host.name);
  }
  return result;
}

/** The hosts that a known_hosts file names openly (no hashes, no patterns), for an inventory that starts from it. */
export function namedHosts(text: string): ImportHost[] {
  const found = new Map<string, ImportHost>();
  for (const line of parseKnownHosts(text, 'known_hosts').lines) {
    if (line.marker || line.hosts.startsWith('|') || /[*?!]/.test(line.hosts)) continue;
    const [, bracketed, port, plain] = /^(?:\[([^\]]+)\]:(\d+)|(.+))$/.exec(line.hosts.split(',')[0]!) ?? [];
    const name = bracketed ?? plain;
    if (name) found.set(`${name}:${port ?? 22}`, { name, ...(port ? { port: Number(port) } : {}) });
  }
  return [...found.values()];
}

import { readFile } from 'node:fs/promises';
import { hostId, matchesHost } from './matches-host.js';
import { parseKnownHosts, type Doubt, type KnownHostLine } from './parse-known-hosts.js';

/** known_hosts lines, found quickly by host: openly named ones by name, the rest one by one. */
export class KnownHostsIndex {
  private readonly exact = new Map<string, KnownHostLine[]>();
  private readonly others: KnownHostLine[] = [];

  constructor(private readonly lines: KnownHostLine[], private readonly doubts: Doubt[] = []) {
    for (const line of lines) this.add(line);
  }

  /** The lines about this host; with a port that is not 22 also authorities and revocations of the bare name, as OpenSSH. An alias is looked up without the port. */
  linesFor({ name, port, alias }: { name: string; port: number; alias?: boolean }): KnownHostLine[] {
    const id = hostId(name, alias ? 22 : port);
    const bare = hostId(name, 22);
    const named = [...new Set([...(this.exact.get(id) ?? []), ...(this.exact.get(bare) ?? [])]), ...this.others];
    return named.filter((line) => matchesHost(line.hosts, id) || (line.marker !== undefined && matchesHost(line.hosts, bare)));
  }

  /** Only what takes trust away. */
  revocations(): KnownHostsIndex {
    return new KnownHostsIndex(this.lines.filter((line) => line.marker === 'revoked'), this.doubts);
  }

  /** Why nothing can be believed about this host: a revocation that cannot be read may mean it. */
  doubtsAbout({ name, port, alias }: { name: string; port: number; alias?: boolean }): string[] {
    const ids = [hostId(name, alias ? 22 : port), hostId(name, 22)];
    return this.doubts.filter(({ hosts }) => ids.some((id) => matchesHost(hosts, id))).map(({ sentence }) => sentence);
  }

  private add(line: KnownHostLine): void {
    if (line.hosts.startsWith('|') || /[*?!]/.test(line.hosts)) return void this.others.push(line);
    for (const name of line.hosts.toLowerCase().split(',')) {
      const lines = this.exact.get(name);
      if (lines) lines.push(line);
      else this.exact.set(name, [line]);
    }
  }
}

/** Reads known_hosts files. One that does not exist is empty; one that cannot be read leaves doubts about every host. `bad` names unusable lines. Never rejects. */
export async function loadKnownHosts(paths: string[]): Promise<{ index: KnownHostsIndex; bad: string[] }> {
  const lines: KnownHostLine[] = [];
  const bad: string[] = [];
  const doubts: Doubt[] = [];
  for (const path of paths) {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') doubts.push({ hosts: '*', sentence: `${path} cannot be read (${error.code})` });
      return '';
    });
    const read = parseKnownHosts(text, path);
    lines.push(...read.lines);
    bad.push(...read.bad);
    doubts.push(...read.doubts);
  }
  return { index: new KnownHostsIndex(lines, doubts), bad };
}

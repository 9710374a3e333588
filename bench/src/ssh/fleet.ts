import type { ShellHost } from '@edge/ports';

/** Hosts to measure against. `sshConfig`: how the peers find the way in; Edge's programs get hosts and key. */
export interface Fleet { hosts: ShellHost[]; keyFile: string; sshConfig: string; stop(): Promise<void> }

/** A loopback address of its own for each host. */
export function addressOf(net: number, index: number): string {
  return `127.${net}.${Math.floor(index / 250)}.${(index % 250) + 1}`;
}

/** The peers' configuration: as strict about host keys as Edge, no questions, and the key exchange that Edge takes (OpenSSH's own costs its client 90 ms each). */
export function sshConfigText({ net, user, keyFile, knownHosts, ports }: { net: number; user: string; keyFile: string; knownHosts: string; ports: Map<string, number> }): string {
  const each = [...ports].map(([address, port]) => `Host ${address}\n  Port ${port}\n`).join('');
  return `${each}Host 127.${net}.*
  User ${user}
  IdentityFile ${keyFile}
  IdentitiesOnly yes
  IdentityAgent none
  UserKnownHostsFile ${knownHosts}
  GlobalKnownHostsFile none
  StrictHostKeyChecking yes
  BatchMode yes
  KexAlgorithms curve25519-sha256
  LogLevel ERROR
`;
}

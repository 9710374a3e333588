import { type Grant, topics } from '@edge/contracts';
import { RunCommand, type RunCommandPayload } from '@edge/contracts/messages';
import { toRecord } from '@edge/nest';
import type { BusRecord, Keyring } from '@edge/ports';

const hostsPerAction = 100;

/** Signed and granted commands that sleep a second, each for one of these hosts, as orchestrators send them. */
export function signedCommands(keyring: Keyring, { hosts, round }: { hosts: string[]; round: string }): BusRecord[] {
  return Array.from({ length: hosts.length / hostsPerAction }, (_, action) => commandsOf(keyring, { action: `bench-${round}-${action}`, hosts: hosts.slice(action * hostsPerAction, (action + 1) * hostsPerAction) })).flat();
}

/** Names that fall evenly on a topic's partitions, whichever half of them a member gets: what is measured is the scaling, not the luck of names. */
export function evenHosts(count: number, partitionOf: (name: string) => number): string[] {
  const members = 2;
  const [names, left] = [[] as string[], Array.from({ length: topics.commands.partitions }, (_, partition) => Math.floor(count / topics.commands.partitions) + (Math.floor(partition / members) % 3 < 2 ? 1 : 0))];
  for (let n = 0; names.length < count; n += 1) {
    const partition = partitionOf(`host-${n}`);
    if ((left[partition] ?? 0) === 0) continue;
    left[partition]! -= 1;
    names.push(`host-${n}`);
  }
  return names;
}

function commandsOf(keyring: Keyring, { action, hosts }: { action: string; hosts: string[] }): BusRecord[] {
  const facts = { space: 'bench', project: 'bench', type: 'restart' };
  const grant: Grant = { action, actor: 'user:bench', ...facts, hosts, script: 'none', configHash: 'none', issuedAt: new Date().toISOString(), expiresAt: new Date(Date.now() + 3_600_000).toISOString() };
  const granted = keyring.sign('grant', grant);
  return hosts.map((host) => {
    const payload: RunCommandPayload = { command: `${action}-${host}`, action, key: `exec/${host}/1`, attempt: 1, step: 'restart', host: { name: host, keys: [] }, text: 'sleep 1', channel: 'durable', withinMs: 60_000, ...facts, actor: 'bench', environment: 'bench' };
    const message = Object.assign(new RunCommand(), { signed: keyring.sign('command', payload), grant: granted });
    return toRecord(topics.commands.name, host, message, { correlationId: action, source: 'edge/bench', id: `${payload.command}:run` });
  });
}

import { type Grant, topics } from '@edge/contracts';
import { RunCommand, type RunCommandPayload } from '@edge/contracts/messages';
import { toRecord } from '@edge/nest';
import type { BusRecord, Keyring } from '@edge/ports';

const hostsPerAction = 100;

/** Signed and granted commands that sleep a second, each for a host of its own, as orchestrators send them. */
export function signedCommands(keyring: Keyring, { count, round }: { count: number; round: string }): BusRecord[] {
  return Array.from({ length: count / hostsPerAction }, (_, action) => commandsOf(keyring, `bench-${round}-${action}`)).flat();
}

function commandsOf(keyring: Keyring, action: string): BusRecord[] {
  const hosts = Array.from({ length: hostsPerAction }, (_, n) => `${action}-host-${n}`);
  const facts = { space: 'bench', project: 'bench', type: 'restart' };
  const grant: Grant = { action, actor: 'user:bench', ...facts, hosts, script: 'none', configHash: 'none', issuedAt: new Date().toISOString(), expiresAt: new Date(Date.now() + 3_600_000).toISOString() };
  const granted = keyring.sign('grant', grant);
  return hosts.map((host) => {
    const payload: RunCommandPayload = { command: `${host}-command`, action, key: `exec/${host}/1`, attempt: 1, step: 'restart', host: { name: host, keys: [] }, text: 'sleep 1', channel: 'durable', withinMs: 60_000, ...facts, actor: 'bench', environment: 'bench' };
    const message = Object.assign(new RunCommand(), { signed: keyring.sign('command', payload), grant: granted });
    return toRecord(topics.commands.name, host, message, { correlationId: action, source: 'edge/bench', id: `${payload.command}:run` });
  });
}

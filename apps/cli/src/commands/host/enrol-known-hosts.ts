import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { EdgeClient } from '@edge/client';
import { importKnownHosts } from '@edge/ssh/known-hosts';
import type { Cli } from '../../cli.js';
import { exitCodes } from '../../exit-codes.js';
import { printData, say } from '../../print.js';
import { type EnrolOptions, hostPath, type HostRow, isSameKey } from './host-row.js';

type State = 'new' | 'enrolled' | 'unchanged' | 'differs' | 'unknown' | 'no such host';
interface Row { host: string; type: string; fingerprint: string; state: State }

/** Enrols many hosts by a known_hosts file that people have trusted so far. Shows first; `--yes` does it. Keys that differ from enrolled ones need `--replace`. */
export async function enrolKnownHosts(names: string[], file: string, { cli, command, options }: { cli: Cli; command: Command; options: EnrolOptions }): Promise<void> {
  const client = await cli.client();
  const inventory: HostRow[] = [];
  for await (const host of client.pages<HostRow>('/api/v1/hosts', { limit: 1000 })) inventory.push(host);
  const hosts = names.length > 0 ? inventory.filter(({ name }) => names.includes(name)) : inventory;
  const found = importKnownHosts(await readFile(file, 'utf8'), { hosts, file });
  for (const line of found.bad) say(`${line}: passed over`);
  for (const host of found.revoked) say(`${host}: has revoked keys there, which are left out`);
  const rows: Row[] = names.filter((name) => !inventory.some((host) => host.name === name)).map((host) => ({ host, type: '', fingerprint: '', state: 'no such host' }));
  for (const host of hosts) rows.push(...(await enrolHost(client, host, { keys: found.keys[host.name] ?? [], named: names.length > 0, options })));
  printData(rows, { format: cli.format(command), columns: ['host', 'type', 'fingerprint', 'state'], name: 'host' });
  if (!options.yes && rows.some(({ state }) => state === 'new')) say('Nothing is enrolled yet: the same again with --yes does it.');
  cli.exitWith(exitCodeOf(rows));
}

async function enrolHost(client: EdgeClient, host: HostRow, { keys, named, options }: { keys: string[]; named: boolean; options: EnrolOptions }): Promise<Row[]> {
  const known = host.keys ?? [];
  if (keys.length === 0) return named ? [{ host: host.name, type: '', fingerprint: '', state: 'unknown' }] : [];
  const state = stateOf(known, keys, options);
  if (state === 'enrolled') await client.post(`${hostPath(host.name)}/keys`, { keys: options.replace ? keys : [...known, ...keys.filter((key) => !known.some((one) => isSameKey(one, key)))] });
  return keys.map((key) => ({ host: host.name, type: key.split(' ', 1)[0]!, fingerprint: fingerprintOf(key), state }));
}

function stateOf(known: string[], keys: string[], { yes, replace }: EnrolOptions): State {
  if (keys.every((key) => known.some((one) => isSameKey(one, key)))) return 'unchanged';
  if (known.length > 0 && !replace && !keys.some((key) => known.some((one) => isSameKey(one, key)))) return 'differs';
  return yes ? 'enrolled' : 'new';
}

function exitCodeOf(rows: Row[]): number {
  if (rows.some(({ state }) => state === 'differs')) return exitCodes.refused;
  return rows.some(({ state }) => state === 'unknown' || state === 'no such host') ? exitCodes.failed : exitCodes.success;
}

function fingerprintOf(key: string): string {
  return `SHA256:${createHash('sha256').update(Buffer.from(key.split(' ')[1] ?? '', 'base64')).digest('base64').replace(/=+$/, '')}`;
}

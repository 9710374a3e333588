import { type ActionDocument, type ExecStep, type Grant, type Signed, topics } from '@edge/contracts';
import type { BusRecord, Keyring } from '@edge/ports';
import { NameTree } from '../signing/name-tree.js';

/** The fields that the executor checks; see `RunCommandPayload` of the messages. */
export interface CommandToSend { command: string; key: string; attempt: number; step: ExecStep; text: string; withinMs: number }

/** A signed command for one host, with the action's grant. */
export function runCommandRecord(document: ActionDocument, { command, key, attempt, step, text, withinMs }: CommandToSend, { keyring, grant, at }: { keyring: Keyring; grant: Signed; at: number }): BusRecord {
  const { id: action, space, project, type, actor, environment } = document;
  const payload = {
    command, action, key, attempt, step: step.step, host: hostOf(document, step.host), text, channel: step.channel, withinMs, space, project, type, actor: actor.name, environment,
    ...(step.runAs ? { runAs: step.runAs } : {}), ...(step.secretEnv ? { secretEnv: step.secretEnv } : {}),
  };
  const value = `{"signed":${JSON.stringify(keyring.sign('command', payload))},"grant":${grantText(grant)}${proofText(document, { grant, host: step.host })}}`;
  return { topic: topics.commands.name, key: step.host, headers: headersOf('edge.command.requested.v1', { id: `${command}:run`, action, at }), value };
}

export function cancelCommandRecord(document: ActionDocument, { command, step }: { command: string; step: ExecStep }, { keyring, at }: { keyring: Keyring; at: number }): BusRecord {
  const payload = { command, action: document.id, host: hostOf(document, step.host), ...(step.runAs ? { runAs: step.runAs } : {}) };
  return record('edge.command.cancelled.v1', { topic: topics.commands.name, key: step.host, id: `${command}:cancel`, action: document.id, at, data: { signed: keyring.sign('command', payload) } });
}

/** A record in the envelope's form (CloudEvents, binary mode). */
export function record(type: string, { topic, key, id, action, at, data }: { topic: string; key: string; id: string; action: string; at: number; data: object }): BusRecord {
  return { topic, key, headers: headersOf(type, { id, action, at }), value: JSON.stringify(data) };
}

function headersOf(type: string, { id, action, at }: { id: string; action: string; at: number }): Record<string, string> {
  return { ce_specversion: '1.0', 'content-type': 'application/json', ce_id: id, ce_type: type, ce_source: 'edge/orchestrator', ce_time: new Date(at).toISOString(), ce_correlationid: action };
}

const grantTexts = new WeakMap<Signed, string>();
const trees = new WeakMap<Signed, NameTree | 'none'>();
const hostsByName = new WeakMap<ActionDocument, Map<string, ActionDocument['snapshot']['hosts'][number]>>();

/** It goes to every host: written once. */
function grantText(grant: Signed): string {
  const text = grantTexts.get(grant) ?? JSON.stringify(grant);
  grantTexts.set(grant, text);
  return text;
}

/** For a grant that names its hosts by the root of their tree. */
function proofText(document: ActionDocument, { grant, host }: { grant: Signed; host: string }): string {
  const tree = trees.get(grant) ?? (Array.isArray((JSON.parse(grant.payload) as Pick<Grant, 'hosts'>).hosts) ? 'none' : new NameTree(document.hosts));
  trees.set(grant, tree);
  return tree === 'none' ? '' : `,"proof":"${tree.proofOf(host) ?? ''}"`;
}

function hostOf(document: ActionDocument, name: string) {
  const hosts = hostsByName.get(document) ?? new Map(document.snapshot.hosts.map((host) => [host.name, host]));
  hostsByName.set(document, hosts);
  const host = hosts.get(name);
  if (!host) throw new Error(`The script named host ${name}, which is not among the hosts of the action.`);
  const { address, port, user, keys = [] } = host;
  return { name, keys, ...(address ? { address } : {}), ...(port ? { port } : {}), ...(user ? { user } : {}) };
}

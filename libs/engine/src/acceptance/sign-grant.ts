import type { ActionDocument, Grant, Signed } from '@edge/contracts';
import type { Keyring } from '@edge/ports';
import { grantMs } from './acceptance-deps.js';
import { NameTree } from '../signing/name-tree.js';
import { configHash } from './request-hash.js';

// Every command brings the whole grant to its host.
const mostNamed = 32;

/** What the action may do, and until when, signed by the gateway. */
export function signGrant(keyring: Keyring, document: Omit<ActionDocument, 'grant'>, nowMs: number): Signed {
  const { id, actor, space, project, type, hosts, snapshot } = document;
  const command = type === 'run' && typeof snapshot.values.command === 'string' ? { command: snapshot.values.command } : {};
  const grant: Grant = {
    action: id, actor: actor.subject, space, project, type, hosts: hosts.length > mostNamed ? { root: new NameTree(hosts).root, count: hosts.length } : hosts, script: snapshot.script.sha, configHash: configHash(snapshot.values), ...command,
    issuedAt: new Date(nowMs).toISOString(), expiresAt: new Date(nowMs + grantMs).toISOString(),
  };
  return keyring.sign('grant', grant);
}

import { describe, expect, it } from '@jest/globals';
import type { ActionDocument, ExecStep, Grant, Signed } from '@edge/contracts';
import { signGrant } from '../acceptance/sign-grant.js';
import { createKeyring } from '../signing/create-keyring.js';
import { generateKey } from '../signing/generate-key.js';
import { isProven } from '../signing/name-tree.js';
import { runCommandRecord } from './command-messages.js';

const keyring = createKeyring({ sign: { grant: generateKey(), command: generateKey() }, trust: {} });

function commandsOf(count: number): { grant: Grant; messages: { host: string; grant: Signed; proof?: string }[] } {
  const hosts = Array.from({ length: count }, (_, index) => `web-${index}`);
  const document = { id: 'a', space: 's', project: 'p', environment: 'e', type: 'deploy', hosts, actor: { name: 'ann', subject: 'user:ann' }, snapshot: { script: { name: 'x', sha: 'f' }, values: {}, hosts: hosts.map((name) => ({ name })) } } as unknown as ActionDocument;
  const grant = signGrant(keyring, document, 0);
  const messages = hosts.map((host) => {
    const step = { kind: 'exec', key: `exec/${host}`, step: 'x', host, text: 'true', channel: 'durable', withinMs: 1, onLost: 'fail' } as ExecStep;
    const { value } = runCommandRecord(document, { command: 'c', key: step.key, attempt: 1, step, text: step.text, withinMs: 1 }, { keyring, grant, at: 0 });
    return { host, ...(JSON.parse(value!) as { grant: Signed; proof?: string }) };
  });
  return { grant: JSON.parse(grant.payload) as Grant, messages };
}

describe('runCommandRecord', () => {
  it('brings a grant that names few hosts as it is', () => {
    const { grant, messages } = commandsOf(32);
    expect([(grant.hosts as string[]).length, messages.filter((message) => 'proof' in message)]).toEqual([32, []]);
  });

  it('brings the proof for its host where the grant names many by their root, and stays small', () => {
    const { grant, messages } = commandsOf(1_000);
    const { root, count } = grant.hosts as { root: string; count: number };
    expect([count, messages.filter(({ host, proof }) => isProven(root, host, proof!)).length]).toEqual([1_000, 1_000]);
    expect(Math.max(...messages.map((message) => JSON.stringify(message).length))).toBeLessThan(1_500);
  });
});

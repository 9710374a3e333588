import { describe, expect, it } from '@jest/globals';
import type { Grant } from '@edge/contracts';
import type { RunCommandPayload } from '@edge/contracts/messages';
import { checkCommand } from '@edge/command-policy';
import { createKeyring, generateKey, NameTree } from '@edge/engine';
import type { Audience } from '@edge/ports';
import { Admission } from './admission.js';

const now = Date.parse('2026-11-25T12:00:00Z');
const keys = { grant: generateKey(), command: generateKey(), result: generateKey(), signal: generateKey() };
const signer = createKeyring({ sign: keys, trust: {} });
const stranger = createKeyring({ sign: { grant: generateKey(), command: generateKey() }, trust: {} });
const executor = createKeyring({ sign: {}, trust: { grant: [keys.grant], command: [keys.command] } });

const payload: RunCommandPayload = {
  command: 'c1', action: 'a1', key: 'k', attempt: 1, step: 'run', host: { name: 'web-1', keys: [] }, text: 'uptime', channel: 'durable', withinMs: 1_000, space: 's', project: 'p', type: 'run', actor: 'user:x', environment: 'e',
};
const grant: Grant = { action: 'a1', actor: 'user:x', space: 's', project: 'p', type: 'run', hosts: ['web-1'], script: 'f'.repeat(64), configHash: 'h', command: 'uptime', issuedAt: '2026-11-25T11:00:00Z', expiresAt: '2026-11-25T13:00:00Z' };

/** One for all cases: what it remembers of those that may run must not help those that may not. */
const admission = new Admission(executor, checkCommand);

/** More hosts than are named. */
const tree = new NameTree(Array.from({ length: 40 }, (_, index) => `web-${index}`));
const many = { hosts: { root: tree.root, count: 40 } };

interface Message { proof?: string | undefined; command?: Partial<RunCommandPayload>; grant?: Partial<Grant>; by?: typeof signer; grantBy?: typeof signer; as?: Audience; grantAs?: Audience; alter?: 'command' | 'grant' }

function admitted({ command = {}, grant: given = {}, by = signer, grantBy = signer, as = 'command', grantAs = 'grant', alter, proof }: Message) {
  const message = { signed: by.sign(as, { ...payload, ...command }), grant: grantBy.sign(grantAs, { ...grant, ...given }) };
  if (alter === 'command') message.signed.payload = message.signed.payload.replace('uptime', 'uptimf');
  if (alter === 'grant') message.grant.payload = message.grant.payload.replace('web-1', 'web-2');
  const believed = admission.believe(message.signed);
  if ('refusal' in believed) return { answered: false, cause: believed.refusal.cause };
  const why = admission.whyNot(believed, { grant: message.grant, proof, now, rules: [] });
  return why ? { answered: true, cause: why.cause } : 'runs';
}

describe('Admission', () => {
  it('lets through what orchestrator and gateway signed for just this', () => {
    expect(admitted({})).toBe('runs');
    expect(admitted({ grant: many, proof: tree.proofOf('web-1') })).toBe('runs');
  });

  const silent = { answered: false, cause: 'signature-invalid' };
  const told = (cause: string) => ({ answered: true, cause });
  const cases: [string, Message, object][] = [
    ['a command of a stranger', { by: stranger }, silent],
    ['one byte of the command altered', { alter: 'command' }, silent],
    ['a command signed as a result', { as: 'result' }, silent],
    ['a command signed by the key of grants', { as: 'grant' }, silent],
    ['a command without its fields', { command: { text: 3 as unknown as string } }, silent],
    ['a grant of a stranger', { grantBy: stranger }, told('signature-invalid')],
    ['one byte of the grant altered', { alter: 'grant' }, told('signature-invalid')],
    ['a grant signed as a signal', { grantAs: 'signal' }, told('signature-invalid')],
    ['the grant of another action', { command: { action: 'a2' } }, told('signature-invalid')],
    ['the grant of another space', { command: { space: 'other' } }, told('signature-invalid')],
    ['the grant of another project', { command: { project: 'other' } }, told('signature-invalid')],
    ['the grant of another type', { command: { type: 'deploy' } }, told('signature-invalid')],
    ['a host that was not granted', { command: { host: { name: 'web-2', keys: [] } } }, told('host-not-granted')],
    ['a host that was not granted, with the proof of another one', { command: { host: { name: 'web-40', keys: [] } }, grant: many, proof: tree.proofOf('web-1') }, told('host-not-granted')],
    ['a host of many without its proof', { grant: many }, told('host-not-granted')],
    ['a host with the proof of another one', { grant: many, proof: tree.proofOf('web-2') }, told('host-not-granted')],
    ['a host with a proof for hosts that were not granted', { grant: { hosts: { ...many.hosts, root: new NameTree(['web-2', 'web-3']).root } }, proof: tree.proofOf('web-1') }, told('host-not-granted')],
    ['a host that is not named, with a proof for others', { command: { host: { name: 'web-2', keys: [] } }, proof: tree.proofOf('web-2') }, told('host-not-granted')],
    ['another free command than the gateway signed', { command: { text: 'uptime; id' } }, told('signature-invalid')],
    ['something put before the free command', { command: { text: 'id; uptime' } }, told('signature-invalid')],
    ['a grant that has ended', { grant: { expiresAt: '2026-11-25T12:00:00Z' } }, told('grant-expired')],
    ['a command that the policy denies, although both signed it', { command: { text: 'mkfs.ext4 /dev/sda' }, grant: { command: 'mkfs.ext4 /dev/sda' } }, told('policy-denied')],
  ];
  it.each(cases)('refuses %s', (_name, message, expected) => {
    expect(admitted(message)).toEqual(expected);
  });
});

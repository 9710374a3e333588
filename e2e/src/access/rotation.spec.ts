import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Grant, type Signed, topics } from '@edge/contracts';
import type { RunCommandPayload } from '@edge/contracts/messages';
import { createKeyring } from '@edge/engine';
import { runCli } from '../cli/run-cli.js';
import { describeLab } from './describe-lab.js';
import { LabWorld } from './lab-world.js';


describeLab('keys rotated under a running Edge', () => {
  let world: LabWorld;
  const before = () => createKeyring({ sign: { grant: old.grant!, command: old.command!, result: old.result!, signal: old.signal! }, trust: {} });
  const old: Record<string, ReturnType<LabWorld['key']>> = {};

  beforeAll(async () => {
    world = await LabWorld.start();
    writeFileSync(world.home('stop'), 'echo "stop $EDGE_CANARY" >>ran; while [ ! -f go ]; do sleep 0.1; done\n');
    writeFileSync(world.home('start'), 'echo "start $EDGE_CANARY" >>ran\n');
    await world.configure({ config: { secret_env: { EDGE_CANARY: { $secret: 'canary' } } } });
    await world.client.call('PUT', '/api/v1/spaces/lab/secrets/canary', { body: { value: 'known-before' } });
    for (const audience of ['grant', 'command', 'result', 'signal']) old[audience] = world.key(`${audience}.json`);
  }, 60_000);

  afterAll(() => world.stop(), 60_000);

  const keys = (...args: string[]) => runCli(['keys', ...args], { env: { EDGE_DATA: world.data } });
  const kidsOf = (type: string) => world.messages<{ signed: Signed }>(type).map(({ data }) => data.signed.kid);
  const secretKid = () => (JSON.parse(world.rows<{ body: string }>("SELECT body FROM documents WHERE collection = 'secrets'")[0]!.body) as { encrypted: { kid: string } }).encrypted.kid;

  it('completes the action that runs, signs what is new by the new key, and encrypts every secret anew', async () => {
    const { action_id: running } = await world.restart();
    await world.until(() => world.lines('ran').length === 1);
    const encryptedBy = secretKid();
    expect(await keys('rotate')).toMatchObject({ code: 0, err: expect.stringMatching(/1 of 1 secrets were encrypted anew/) });
    expect([world.key('command.json').kid === old.command!.kid, secretKid() === encryptedBy, readdirSync(join(world.data, 'keys')).filter((name) => name.startsWith('secrets'))]).toEqual([false, false, ['secrets.key']]);
    const retired = await keys('retire');
    expect({ code: retired.code, err: retired.err }).toEqual({ code: 3, err: expect.stringContaining(running) });
    writeFileSync(world.home('go'), '');
    expect(await world.ended(running)).toMatchObject({ status: 'completed' });
    expect(world.lines('ran')).toEqual(['stop known-before', 'start known-before']);
    expect(kidsOf('edge.command.requested.v1')).toEqual([old.command!.kid, world.key('command.json').kid]);
    expect(kidsOf('edge.command.finished.v1').at(-1)).toBe(world.key('result.json').kid);
    const { grant } = JSON.parse(world.rows<{ body: string }>("SELECT body FROM documents WHERE collection = 'actions' AND id = ?", running)[0]!.body) as { grant: Signed };
    expect(grant.kid).toBe(old.grant!.kid);
  }, 60_000);

  it('checks receipts of both keys, and finds the audit whole', async () => {
    const { items } = await world.client.get<{ items: { action_id: string }[] }>('/api/v1/actions');
    const receipt = JSON.stringify(await world.client.get(`/api/v1/actions/${items[0]!.action_id}/receipt`));
    expect(await runCli(['verify', '-'], { env: { EDGE_DATA: world.data }, input: receipt })).toMatchObject({ code: 0 });
    expect(await runCli(['audit', 'verify'], { env: { EDGE_DATA: world.data } })).toMatchObject({ code: 0 });
  }, 60_000);

  it('believes nothing of the old keys once they are retired', async () => {
    expect(await keys('retire')).toMatchObject({ code: 0 });
    expect(readdirSync(join(world.data, 'keys')).filter((name) => name.startsWith('grant') || name.startsWith('command'))).toEqual(['command.json', 'grant.json']);
    const ran = world.lines('ran').length;
    const done = world.messages<{ signed: Signed; grant: Signed }>('edge.command.requested.v1').at(-1)!;
    const grant = JSON.parse(done.data.grant.payload) as Grant;
    const payload = { ...(JSON.parse(done.data.signed.payload) as RunCommandPayload), command: 'c'.repeat(32), attempt: 9 };
    await world.send([{ topic: 'commands', key: 'lab-1', type: 'edge.command.requested.v1', data: { signed: before().sign('command', payload), grant: before().sign('grant', grant) } }]);
    const { action_id: next } = await world.restart({ prefer: 'wait=30' });
    expect(await world.ended(next)).toMatchObject({ status: 'completed' });
    expect(world.lines('ran').slice(ran)).toEqual(['stop known-before', 'start known-before']);
    expect(existsSync(join(world.hosts[0]!.home, '.edge', 'jobs', payload.command))).toBe(false);
    expect(world.edge.output).toContain('refused a command that no known orchestrator signed');
    expect(JSON.stringify(world.rows('SELECT value FROM records WHERE topic = (SELECT topic FROM topics WHERE name = ?)', topics.actions.name))).not.toContain(payload.command);
    expect(readFileSync(join(world.data, 'keys', 'grant.json'), 'utf8')).not.toContain(old.grant!.kid);
  }, 60_000);
});

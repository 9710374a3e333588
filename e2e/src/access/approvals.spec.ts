import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { describeLab } from './describe-lab.js';
import { type Answered, httpCall } from './http-call.js';
import { LabWorld, type Shown } from './lab-world.js';


interface Entry { what: string; subject: string; allowed: boolean; detail?: Record<string, unknown> }

describeLab('a second person, and freezes', () => {
  let world: LabWorld;
  const tokens: Record<string, string> = {};

  beforeAll(async () => {
    world = await LabWorld.start();
    for (const name of ['stop', 'start']) writeFileSync(world.home(name), `echo ${name} >>ran\n`);
    await world.configure({ environment: { protected: true } });
    for (const [name, role] of [['asha', 'admin'], ['ben', 'deployer'], ['carl', 'operator']]) tokens[name!] = (await world.client.post<{ token: string }>('/api/v1/tokens', { name, role, space: 'lab' })).token;
  }, 60_000);

  afterAll(() => world.stop(), 60_000);

  const ask = (who: string, method: string, path: string, body: object = {}): Promise<Answered> => httpCall(world.edge.address().url, { method, path, token: tokens[who] ?? world.edge.address().token, body });
  const restart = async (who: string, body: object = {}): Promise<Shown & { waiting_for?: string; code?: string }> => JSON.parse((await ask(who, 'POST', '/space/lab/app/restart/', { countdown: 0, ...body })).text) as Shown;
  const audit = async (what: string): Promise<Entry> => (await world.client.get<{ items: Entry[] }>('/api/v1/audit', { query: { what, limit: 1 } })).items[0]!;

  it('lets nobody approve their own action, lets a second person, and asks for that right', async () => {
    const { action_id: id, status, waiting_for: waits } = await restart('asha');
    expect([status, waits]).toEqual(['waiting', expect.stringContaining('second person')]);
    expect((await ask('asha', 'POST', `/api/v1/actions/${id}/approve`)).status).toBe(403);
    expect((await ask('carl', 'POST', `/api/v1/actions/${id}/approve`)).status).toBe(403);
    expect([world.lines('ran'), (await audit('approveAction')).allowed]).toEqual([[], false]);
    expect((await ask('ben', 'POST', `/api/v1/actions/${id}/approve`)).status).toBe(200);
    expect(await world.ended(id)).toMatchObject({ status: 'completed' });
    expect((await ask('ben', 'POST', `/api/v1/actions/${id}/approve`)).status).toBe(409);
  }, 60_000);

  it('refuses what is no longer the plan that was looked at', async () => {
    const plan = JSON.parse((await ask('asha', 'POST', '/api/v1/spaces/lab/projects/app/plan/restart')).text) as { plan_hash: string };
    await world.client.call('PATCH', '/api/v1/spaces/lab/projects/app', { body: { config: { start_command: 'sh start now' } } });
    expect(await restart('asha', { plan_hash: plan.plan_hash })).toMatchObject({ code: 'plan-changed' });
    const again = JSON.parse((await ask('asha', 'POST', '/api/v1/spaces/lab/projects/app/plan/restart')).text) as { plan_hash: string };
    const { action_id: id } = await restart('asha', { plan_hash: again.plan_hash });
    await world.client.call('PATCH', '/api/v1/spaces/lab/projects/app', { body: { config: { start_command: 'sh start' } } });
    expect((await ask('ben', 'POST', `/api/v1/actions/${id}/approve`)).status).toBe(200);
    expect(await world.ended(id)).toMatchObject({ status: 'completed' });
    const [sent] = world.messages<{ signed: { payload: string } }>('edge.command.requested.v1').map(({ data }) => data.signed.payload).filter((text) => text.includes(id) && text.includes('sh start'));
    expect(sent).toContain('sh start now');
  }, 60_000);

  it('lets the only administrator approve their own by a platform setting, which the audit tells of', async () => {
    for (const allowed of [false, true]) await world.client.call('PATCH', '/api/v1/platform', { body: { allow_self_approval: allowed } });
    expect(JSON.stringify(await audit('patchPlatform'))).toContain('allow_self_approval');
    const { action_id: id } = await restart('asha');
    expect((await ask('asha', 'POST', `/api/v1/actions/${id}/approve`)).status).toBe(200);
    expect(await world.ended(id)).toMatchObject({ status: 'completed' });
  }, 60_000);

  it('holds a freeze, but for who administers the space, names it and says why', async () => {
    await world.client.post('/api/v1/freezes', { name: 'year-end', spaces: ['lab'], from: '2020-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z' });
    const over = { override_freeze: 'year-end', reason: 'the shop is on fire' };
    expect(await restart('asha', { reason: over.reason })).toMatchObject({ code: 'frozen' });
    expect(await restart('ben', over)).toMatchObject({ code: 'forbidden' });
    expect(await restart('asha', { override_freeze: 'year-end' })).toMatchObject({ code: 'invalid' });
    const { action_id: id } = await restart('asha', over);
    expect(await audit('startAction')).toMatchObject({ allowed: true, detail: over });
    expect((await ask('ben', 'POST', `/api/v1/actions/${id}/approve`)).status).toBe(200);
    expect(await world.ended(id)).toMatchObject({ status: 'completed' });
  }, 60_000);
});

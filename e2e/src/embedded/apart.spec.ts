import { afterEach, describe, expect, it } from '@jest/globals';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { Apart, type ApartOptions, notApart } from './apart.js';
import { runningVersions } from './demo-data.js';

const reason = notApart();
const describeApart = reason ? describe.skip : describe;

interface Ended { status: string; hosts: { state: string }[] }

describeApart(`the demo in a machine of its own${reason ? ` (${reason})` : ''}`, () => {
  let apart: Apart;

  afterEach(async () => {
    await apart.remove();
  }, 60_000);

  const machines: [string, ApartOptions, RegExp][] = [
    ["an ordinary user, by the machine's sshd", { as: 'user', sshd: 'machine' }, /served by sshd/],
    ['an ordinary user, by SSH servers of its own where there is no sshd', { as: 'user', sshd: 'none' }, /served by own SSH servers/],
    ['root, where /run/sshd is missing', { as: 'root', sshd: 'machine' }, /served by sshd/],
  ];
  it.each(machines)('works for %s, and changes nothing outside its folder', async (_name, options, servedBy) => {
    apart = await new Apart(options).start();
    expect(apart.output).toMatch(servedBy);
    expect(await runningVersions(apart.data)).toMatchObject({ 'web-01': 'shop-1', 'web-12': 'shop-1' });
    const { body } = await apart.client().call<Ended>('POST', '/space/demo/shop/deploy/', { body: { version: 'shop-2.tar.gz' }, headers: { prefer: 'wait=120' } });
    expect({ status: body.status, versions: new Set(Object.values(await runningVersions(apart.data))) }).toEqual({ status: 'completed', versions: new Set(['shop-2']) });
    const answer = await apart.client().call('POST', '/api/v1/commands', { body: { hosts: ['web-03'], command: 'hostname; pwd; echo "$HOME"' }, headers: { prefer: 'wait=30' } });
    const home = '/mnt/data/demo/hosts/web-03/home';
    expect(answer.body).toMatchObject({ 'web-03': { 'hostname; pwd; echo "$HOME"': [0, true, ['web-03', home, home]] } });
    expect(statSync(join(apart.data, 'edge.json')).mode & 0o777).toBe(0o600);
    expect(await apart.interrupt()).toEqual({ code: 0, left: [] });
    expect(apart.survivors()).toEqual([]);
  }, 240_000);

  it('would see a file left behind, and lets nothing be written elsewhere', async () => {
    apart = new Apart({ as: 'root', sshd: 'machine', instead: ['sh', '-c', 'touch /tmp/planted "$HOME/planted" /run/planted; touch /etc/planted'] });
    expect(await apart.ended()).toEqual({ code: 1, left: ['/root/planted', '/tmp/planted', '/run/planted'] });
  }, 60_000);

  it('says in one sentence that the data directory cannot be written', async () => {
    apart = new Apart({ as: 'user', sshd: 'machine', env: { EDGE_DATA: '/mnt/nowhere' } });
    expect(await apart.ended()).toEqual({ code: 1, left: [] });
    expect(apart.output).toMatch(/^[^\n]*\/mnt\/nowhere[^\n]*: choose a data directory that you may write, EDGE_DATA=<folder>\.\n$/);
  }, 60_000);
});

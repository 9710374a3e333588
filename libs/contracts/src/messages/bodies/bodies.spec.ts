import { describe, expect, it } from '@jest/globals';
import { routes } from '../../routes.js';
import type { Route } from '../../routes.js';
import { bodyClasses, checkBody, fieldsOf, PageQuery, RunCommandsBody, StartActionBody, UrlVerdictBody } from './index.js';

describe('the bodies', () => {
  it('exist for every route that names one', () => {
    const named = (Object.values(routes) as Route[]).flatMap((route) => [route.body, route.query]).filter((name) => name !== undefined);
    expect(named.filter((name) => !bodyClasses[name])).toEqual([]);
  });

  it('name every route once, by method and path', () => {
    const spelled = (Object.values(routes) as Route[]).map((route) => `${route.method} ${route.path.replace(/:\w+/g, ':')}`);
    expect(spelled.filter((line, index) => spelled.indexOf(line) !== index)).toEqual([]);
  });
});

describe('checkBody', () => {
  it("takes the original's verdict with a number or a text for its task", () => {
    for (const taskId of [1, 'a-1']) expect(checkBody(UrlVerdictBody, { task_id: taskId, zone: 'north', task_status: true })).toMatchObject({ fits: { task_id: taskId } });
    expect(checkBody(UrlVerdictBody, { task_id: { id: 1 }, task_status: true })).not.toHaveProperty('fits');
  });

  it('takes a body that fits', () => {
    const body = { servers: ['web-01'], user: 'asha', countdown: 10, reason: { 'web-01': 'why' }, zones: ['north'], start_within: '30m' };
    expect(checkBody(StartActionBody, body)).toEqual({ fits: Object.assign(new StartActionBody(), body) });
  });

  it('gives every finding at once, each with its pointer', () => {
    const checked = checkBody(StartActionBody, { servers: [], countdown: 'soon', reason: 3, zones: 'all', start_within: 'later', serverz: [] });
    expect(checked).toEqual({
      unknown: ['serverz'],
      known: expect.arrayContaining(['servers', 'version', 'user', 'countdown']),
      findings: expect.arrayContaining([
        { pointer: '/servers', detail: 'servers is empty: name the hosts, or leave the field out for all of them.' },
        { pointer: '/countdown', detail: 'countdown "soon" is no duration of at most 7d, for example "2m30s" or 150 (seconds).' },
        { pointer: '/reason', detail: 'reason 3 must be a text of at most 2000 characters, or an object with such a text per host.' },
        { pointer: '/zones', detail: 'zones "all" must be "parallel" or a list of zones in order.' },
        { pointer: '/start_within', detail: 'start_within "later" is no duration of at most 7d, for example "2m30s" or 150 (seconds).' },
      ]),
    });
  });

  it('says once what is of the wrong kind', () => {
    expect(checkBody(StartActionBody, { servers: 'web-01', dry_run: 'yes' })).toMatchObject({ findings: [{ pointer: '/dry_run', detail: 'dry_run must be a boolean value.' }, { pointer: '/servers', detail: 'servers must be an array.' }] });
  });

  it.each(['abc', '1.5', '', '0', '1001'])('says once what is wrong with limit=%s', (limit) => {
    expect(checkBody(PageQuery, { limit })).toMatchObject({ findings: [{ pointer: '/limit' }] });
    expect((checkBody(PageQuery, { limit }) as { findings: object[] }).findings).toHaveLength(1);
  });

  it.each(Object.keys(bodyClasses).filter((name) => name.endsWith('Body')))('%s takes null for no field that is left out', (name) => {
    const body = bodyClasses[name]!;
    const refused = (field: string) => (checkBody(body, { [field]: null }) as { findings?: { pointer: string }[] }).findings?.some(({ pointer }) => pointer === `/${field}`);
    expect(fieldsOf(body).filter((field) => !refused(field))).toEqual([]);
  });

  it('takes a timeout of a second at least, and no control characters in a name', () => {
    expect(checkBody(RunCommandsBody, { hosts: ['web-01'], command: 'true', timeout: 0 })).toMatchObject({ findings: [{ pointer: '/timeout', detail: expect.stringContaining('at least 1s') }] });
    expect(checkBody(StartActionBody, { user: 'a\u0000b', reason: 'x'.repeat(2_001) })).toMatchObject({ findings: expect.arrayContaining([{ pointer: '/user', detail: 'user has a control character.' }, { pointer: '/reason', detail: expect.stringContaining('at most 2000') }]) });
  });

  it.each(['2m', '90', 10, 0, '7d'])('takes %j as a countdown', (countdown) => {
    expect(checkBody(StartActionBody, { countdown })).toMatchObject({ fits: { countdown } });
  });

  it.each(['2 m', '-1s', -1, '999999d', '', true])('takes %j for no countdown', (countdown) => {
    expect(checkBody(StartActionBody, { countdown })).toMatchObject({ findings: [{ pointer: '/countdown' }] });
  });

  it.each([[{ servers: ['web-01', ' '] }, 'servers has a blank entry.'], [[], 'It must be a JSON object.'], ['x', 'It must be a JSON object.']])('refuses %j', (body, detail) => {
    expect(checkBody(StartActionBody, body)).toMatchObject({ findings: [{ detail }] });
  });
});

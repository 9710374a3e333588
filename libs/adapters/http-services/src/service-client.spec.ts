import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EdgeError, errors } from '@edge/contracts';
import { Circuit } from './circuit.js';
import { HttpAccess, HttpAudit, HttpConfigReader, HttpSecrets, ServiceClient } from './index.js';

interface Asked { path: string; token: unknown; body: unknown }

/** A service that answers as it is told, one answer after another; the last one stays. */
const asked: Asked[] = [];
let answers: ((response: ServerResponse) => void)[] = [];
const says = (status: number, body: object | string) => (response: ServerResponse) => void response.writeHead(status, { 'content-type': 'application/json' }).end(typeof body === 'string' ? body : JSON.stringify(body));
const answer = (value: unknown) => says(200, { answer: value });
const silence = () => undefined;

describe('ServiceClient', () => {
  let server: Server;
  let url: string;

  beforeAll(async () => {
    server = createServer((request, response) => {
      let text = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk)).on('end', () => {
        asked.push({ path: request.url ?? '', token: request.headers['x-edge-service-token'], body: text && (JSON.parse(text) as unknown) });
        (answers.length > 1 ? answers.shift() : answers[0])?.(response);
      });
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => { server.closeAllConnections(); server.close(); });
  beforeEach(() => { asked.length = 0; });

  const client = (more: object = {}) => new ServiceClient({ name: 'acl', url, token: 'between-us', withinMs: 2_000, pauseMs: 1, ...more });
  const failure = (work: Promise<unknown>) => work.then(() => undefined, (error: EdgeError) => ({ code: error.code, detail: error.detail }));

  it('asks with the token of the cluster', async () => {
    answers = [answer({ allowed: true, why: 'grant' })];
    expect(await new HttpAccess(client()).may({ subject: 'user:asha', permission: 'deploy', space: 'hotels' })).toEqual({ allowed: true, why: 'grant' });
    expect(asked).toEqual([{ path: '/service/v1/access/may', token: 'between-us', body: { subject: 'user:asha', permission: 'deploy', space: 'hotels' } }]);
  });

  it('takes a missing answer for nobody', async () => {
    answers = [says(200, {})];
    expect(await new HttpAccess(client()).authenticate({ bearer: 'unknown' })).toBeUndefined();
  });

  it('tries again after a failure, and stops at the first answer', async () => {
    answers = [says(500, 'broken'), says(503, errors.unavailable('starting').problem()), answer('all')];
    expect(await new HttpAccess(client()).visibleSpaces('user:asha')).toBe('all');
    expect(asked).toHaveLength(3);
  });

  it("passes the service's own refusal on at once", async () => {
    answers = [says(404, errors.notFound('project "hotels/booking"').problem())];
    expect(await failure(new HttpConfigReader(client({ name: 'config' })).resolve({ space: 'hotels', project: 'booking' }))).toEqual({ code: 'not-found', detail: errors.notFound('project "hotels/booking"').detail });
    expect(asked).toHaveLength(1);
  });

  it('names the setting when the tokens differ', async () => {
    answers = [says(401, errors.unauthenticated().problem())];
    expect(await failure(new HttpAudit(client()).write({ subject: 'user:asha', what: 'startAction', allowed: true }))).toMatchObject({ code: 'unavailable', detail: expect.stringContaining('EDGE_SERVICE_TOKEN') });
  });

  it('gives no permission when nothing answers in time', async () => {
    answers = [silence];
    const refused = await failure(new HttpAccess(client({ withinMs: 1_000, tries: 2 })).may({ subject: 'user:asha', permission: 'deploy' }));
    expect(refused).toEqual({ code: 'unavailable', detail: 'The acl service does not answer (the time ran out). Check EDGE_ACL_URL and that it runs.' });
    expect(asked).toHaveLength(2);
  });

  it('leaves a silent service in peace, and refuses meanwhile', async () => {
    answers = [says(500, 'broken')];
    const tired = client({ tries: 2, circuit: { failures: 2, restMs: 60_000 } });
    await failure(tired.ask('access/may', {}));
    expect(await failure(tired.ask('access/may', {}))).toMatchObject({ code: 'unavailable', detail: expect.stringContaining('has not answered lately') });
    expect(asked).toHaveLength(2);
  });

  it('asks for a script once: its address is its content', async () => {
    answers = [answer(undefined), answer({ sha: 's1', name: 'one', kit: '', source: '', file: 'one.ts' })];
    const config = new HttpConfigReader(client({ name: 'config' }));
    expect(await config.script('s1')).toBeUndefined();
    expect([await config.script('s1'), await config.script('s1')]).toEqual(Array(2).fill(expect.objectContaining({ sha: 's1' })));
    expect(asked).toHaveLength(2);
  });

  it('asks for no secrets where none are named', async () => {
    expect(await new HttpSecrets(client({ name: 'config' })).values('hotels', [])).toEqual({});
    expect(asked).toEqual([]);
  });

  it('tells how the service is', async () => {
    answers = [says(200, {})];
    expect(await client().health()).toEqual({ ok: true, detail: 'acl answers' });
    expect(await client({ url: 'http://127.0.0.1:1' }).health()).toMatchObject({ ok: false, detail: expect.stringContaining('EDGE_ACL_URL') });
  });
});

describe('Circuit', () => {
  it('opens after failures in a row, lets one question through per rest, and closes with an answer', () => {
    const circuit = new Circuit({ failures: 2, restMs: 100 });
    circuit.silent(0);
    expect(circuit.admits(0)).toBe(true);
    circuit.silent(0);
    expect([circuit.admits(99), circuit.admits(100), circuit.admits(101), circuit.admits(200)]).toEqual([false, true, false, true]);
    circuit.answered();
    expect(circuit.admits(201)).toBe(true);
  });
});

import { describe, expect, it } from '@jest/globals';
import { connect } from 'node:net';
import { EdgeProblem, type ServerEvent } from '@edge/client';
import { withEdge } from './with-edge.js';

interface Started { action_id: string; status: string; hosts: number; warnings?: string[] }
interface Shown { status: string; retry_of?: string; hosts: { host: string; state: string }[] }

describe('a newcomer at the demo', () => {
  const world = withEdge('--demo');

  const run = (hosts: string[], command: string, prefer: string) => world.edge.client().call<Started>('POST', '/api/v1/commands', { body: { hosts, command }, headers: { prefer } });
  const ran = async (hosts: string[], command: string) => idOf((await run(hosts, command, 'wait=60')).headers);
  const idOf = (headers: Headers) => headers.get('location')!.split('/').at(-1)!;
  const shown = (id: string) => world.edge.client().get<Shown>(`/api/v1/actions/${id}`);
  const problemOf = async (asked: Promise<unknown>) => {
    const error: unknown = await asked.then(() => undefined, (thrown: unknown) => thrown);
    return error instanceof EdgeProblem ? error.problem : error;
  };

  it('makes curl -f red with handling=strict when a command fails, and only then', async () => {
    expect(await problemOf(run(['web-01'], 'false', 'wait=60, handling=strict'))).toMatchObject({ status: 409, code: 'action-failed', detail: expect.stringContaining('failed') });
    expect(await run(['web-01'], 'false', 'wait=60')).toMatchObject({ status: 200, body: { 'web-01': { false: [1, false, []] } } });
    expect((await run(['web-01'], 'true', 'wait=60, handling=strict')).status).toBe(200);
  }, 60_000);

  it('is warned of a configuration key that nobody reads, and shown where a wrong one stands', async () => {
    const start = (config: object) => world.edge.client().post<Started>('/space/demo/shop/restart/', { config, servers: ['web-09'], countdown: '5m' });
    const { action_id: id, warnings } = await start({ stop_comand: 'x' });
    expect(warnings).toEqual(['/config/stop_comand Script one-by-one does not know "stop_comand". Did you mean "stop_command"?']);
    await world.edge.client().post(`/api/v1/actions/${id}/cancel`);
    expect(await problemOf(start({ stop_command: 'rm -rf /', context_dir: 7 }))).toMatchObject({ status: 422, errors: expect.arrayContaining([expect.objectContaining({ pointer: '/config/stop_command' }), expect.objectContaining({ pointer: '/config/context_dir', origin: 'action' })]) });
  });

  it('retries on the hosts that did not succeed, at once, and once', async () => {
    const id = await ran(['web-01', 'web-02', 'web-03'], 'test "$(hostname)" != web-02');
    const retry = (action: string, body: object = {}) => world.edge.client().call<Started & Shown>('POST', `/api/v1/actions/${action}/retry`, { body, headers: { prefer: 'wait=60' } });
    const { status, body } = await retry(id);
    expect({ status, retry_of: body.retry_of, ended: body.status, hosts: body.hosts }).toMatchObject({ status: 200, retry_of: id, ended: 'failed', hosts: [{ host: 'web-02', state: 'failed' }] });
    expect(await problemOf(retry(id))).toMatchObject({ status: 409, code: 'too-late', detail: `Action ${id} was retried as action ${body.action_id}, which ended failed: retry that one.` });
    expect(await problemOf(retry('nothing'))).toMatchObject({ status: 404 });
    expect(await problemOf(retry(body.action_id, { countdown: 'soon' }))).toMatchObject({ status: 422, errors: [{ pointer: '/countdown' }] });
    expect(await problemOf(retry(await ran(['web-01'], 'true')))).toMatchObject({ status: 409, detail: expect.stringContaining('nothing to retry') });
  }, 60_000);

  it('is told to begin anew by a stream that never sent its Last-Event-ID', async () => {
    const told = async (id: string, lastEventId?: string) => {
      const events: ServerEvent[] = [];
      for await (const event of world.edge.client().events(`/api/v1/actions/${id}/events`, lastEventId ? { lastEventId } : {})) events.push(event);
      return events;
    };
    const [one, two] = [await ran(['web-01'], 'echo one'), await ran(['web-01'], 'echo two')];
    const facts = (events: ServerEvent[]) => events.filter(({ event }) => event !== 'resync' && event !== 'edge.output.appended.v1').map(({ data }) => data);
    const [ofOne, ofTwo] = [await told(one), await told(two)];
    for (const foreign of [ofOne.at(-1)!.id!, `${two}.99999.0.`, 'nonsense']) {
      const again = await told(two, foreign);
      expect({ first: again[0], facts: facts(again) }).toEqual({ first: { event: 'resync', data: JSON.stringify({ action: two, what: 'all' }) }, facts: facts(ofTwo) });
    }
    expect([await told(two, ofTwo.at(-1)!.id), facts(await told(two, ofTwo[1]!.id)).length < facts(ofTwo).length]).toEqual([[], true]);
  }, 60_000);

  const raw = (text: string) => new Promise<string>((resolve, reject) => {
    const { hostname, port } = new URL(world.edge.address().url);
    let got = '';
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket.on('data', (data) => (got += data.toString())).on('close', () => resolve(got)).on('error', reject);
  });

  it.each([
    ['an address that cannot be read', 'GET /%zz HTTP/1.1\r\nHost: edge\r\nConnection: close\r\n\r\n', 400, 'after a "%"'],
    ['an endless part of an address', `GET /api/v1/actions/${'x'.repeat(1_500)} HTTP/1.1\r\nHost: edge\r\nConnection: close\r\n\r\n`, 400, 'longer than 1000 characters'],
    ['headers without bound', `GET /livez HTTP/1.1\r\nHost: edge\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`, 431, 'larger than 16 KB'],
    ['what is no HTTP', 'hello\r\n\r\n', 400, 'no HTTP request'],
  ])('answers %s by a problem, too', async (_name, text, status, says) => {
    const [head, body] = (await raw(text)).split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} [^]*content-type: application/problem\\+json`));
    expect(JSON.parse(body!)).toMatchObject({ status, code: expect.any(String), detail: expect.stringContaining(says) });
  });

  it('is answered HEAD of a stream without waiting for its end', async () => {
    const { url, token } = world.edge.address();
    expect(await raw(`HEAD /api/v1/events HTTP/1.1\r\nHost: ${new URL(url).host}\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`)).toMatch(/^HTTP\/1.1 200 OK[^]*text\/event-stream/);
  });

  it('is told of every space, environment, project and host that is not there', async () => {
    const client = world.edge.client();
    const codes = (...asked: Promise<unknown>[]) => Promise.all(asked.map(async (one) => ((await problemOf(one)) as { code: string }).code));
    expect(await codes(
      client.post('/api/v1/commands/check', { command: 'true', space: 'nowhere' }), client.post('/api/v1/commands/check', { command: 'true', environment: 'nowhere' }), client.get('/api/v1/export', { query: { space: 'nowhere' } }),
      client.post('/api/v1/commands', { hosts: ['web-01'], command: 'true', space: 'nowhere' }),
    )).toEqual(Array(4).fill('not-found'));
    const version = (body: object) => client.call('PUT', '/api/v1/versions', { body: { space: 'demo', project: 'shop', host: 'web-01', version: 'shop-1.tar.gz', ...body } });
    expect(await codes(version({ project: 'nothing' }), version({ host: 'web-99' }), client.get('/api/v1/search', { query: { value: 'x' } }))).toEqual(Array(3).fill('invalid'));
    expect(await client.post('/api/v1/commands/check', { command: 'true', space: 'demo', environment: 'linux' })).toMatchObject({ verdict: 'allow' });
    expect(await problemOf(client.post('/space/demo/shop/dance/', {}))).toMatchObject({ status: 422, errors: [{ pointer: '/type' }] });
    expect(await problemOf(client.get('/api/v1/documents'))).toMatchObject({ status: 404, errors: [{ remedy: expect.stringContaining('/docs') }] });
  });

  it('cannot wipe a configuration by a null', async () => {
    const project = '/api/v1/spaces/demo/projects/shop';
    const before = await world.edge.client().get<object>(project);
    expect(await problemOf(world.edge.client().call('PATCH', project, { body: { config: null } }))).toMatchObject({ status: 422, errors: [{ pointer: '/config', detail: 'config must be an object.' }] });
    expect(await world.edge.client().get<object>(project)).toEqual(before);
  });

  it('runs a command once on a host that is named twice', async () => {
    expect((await run(['web-01', ' web-01 ', 'web-01'], 'echo once', 'wait=60')).body).toEqual({ 'web-01': { 'echo once': [0, true, ['once']] } });
  }, 60_000);

  it('reads characters whole that a host writes in pieces, and a last line without an end', async () => {
    const client = world.edge.client();
    const { action_id: id } = await client.post<Started>('/api/v1/commands', { hosts: ['web-04'], command: "printf '\\342\\202'; sleep 1; printf '\\254 5'" });
    const told: { text: string; last?: boolean }[] = [];
    for await (const event of client.events(`/api/v1/actions/${id}/events`)) if (event.event === 'edge.output.appended.v1') told.push(JSON.parse(event.data) as { text: string });
    expect({ text: told.map(({ text }) => text).join(''), last: told.at(-1)?.last }).toEqual({ text: '€ 5', last: true });
    expect((await shown(id)).status).toBe('completed');
  }, 60_000);
});

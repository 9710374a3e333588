import { describe, expect, it } from '@jest/globals';
import type { ActionDocument, CallStep, Calls as Shapes, Json, JsonObject } from '@edge/contracts';
import { Clock, Network, type NetworkAnswer, type NetworkRequest } from '@edge/ports';
import { MemoryLoadBalancer, snapshotOf } from '@edge/testing/script';
import { MemoryDocuments } from '@edge/testing/world';
import { Calls } from './calls.js';

const pool = { zone: 'Z', name: 'p' };

/** Time that passes at once. */
class HastyClock extends Clock {
  waitedMs = 0;
  now(): number {
    return this.waitedMs;
  }
  at(timeMs: number, call: () => void): () => void {
    this.waitedMs = Math.max(this.waitedMs, timeMs);
    const immediate = setImmediate(call);
    return () => clearImmediate(immediate);
  }
}

/** A network that answers from a table and remembers what it was asked. */
class TableNetwork extends Network {
  readonly asked: NetworkRequest[] = [];
  constructor(private readonly answers: Record<string, NetworkAnswer | Error>) {
    super();
  }
  async http(request: NetworkRequest): Promise<NetworkAnswer> {
    this.asked.push(request);
    const found = Object.entries(this.answers).find(([url]) => decodeURIComponent(request.url).startsWith(url))?.[1] ?? new Error('ECONNREFUSED');
    if (found instanceof Error) throw found;
    return found;
  }
  async connects(address: string, port: number): Promise<void> {
    if (!this.answers[`tcp:${address}:${port}`]) throw new Error(`port ${port} of ${address} does not open: ECONNREFUSED`);
  }
}

function world({ values = {}, answers = {}, names = ['h1', 'h2', 'h3', 'h4'] }: { values?: JsonObject; answers?: Record<string, NetworkAnswer | Error>; names?: string[] } = {}) {
  const balancer = new MemoryLoadBalancer().add(pool, names.map((host) => ({ host, port: 80 })));
  const [clock, network] = [new HastyClock(), new TableNetwork(answers)];
  const snapshot = snapshotOf({ type: 'deploy', config: values, hosts: Object.fromEntries(names.map((name) => [name, { zone: 'Z', pools: ['p'] }])), loadBalancer: { name: 'lb', type: 'haproxy' } });
  for (const host of snapshot.hosts) host.address = host.name.replace('h', '10.0.0.');
  const documents = new MemoryDocuments();
  const program = () => new Calls({ clock, documents, network, loadBalancer: () => balancer, verdictUrl: async ({ action, zone, stage }) => `https://edge/verdicts/${action}/${zone}/${stage}` });
  const calls = program();
  const action = { id: 'a-1', space: 'hotels', project: 'booking', type: 'deploy', snapshot } as unknown as ActionDocument;
  const ask = <Service extends keyof Shapes>(service: Service, request: Shapes[Service]['request']) =>
    calls.perform(action, { kind: 'call', key: 'k', service, request: request as unknown as Json, withinMs: 5_000 } as CallStep) as Promise<unknown> as Promise<Shapes[Service]['answer']>;
  const drain = (host: string, keep: number) => ask('load-balancer', { op: 'drain', host, pools: [{ ...pool, keep }] });
  /** The same action in the hands of another program. */
  const elsewhere = (request: Shapes['load-balancer']['request'], owned?: () => Promise<boolean>) =>
    program().perform(action, { kind: 'call', key: 'k', service: 'load-balancer', request: request as unknown as Json, withinMs: 5_000 } as CallStep, owned);
  return { ask, drain, elsewhere, balancer, clock, documents, network, snapshot };
}

describe('load balancer calls', () => {
  it('never take a pool below its floor, however many ask at once', async () => {
    const { drain, balancer } = world();
    const answers = await Promise.all(['h1', 'h2', 'h3', 'h4'].map((host) => drain(host, 2)));
    expect(answers.filter((answer) => 'done' in answer && answer.done)).toHaveLength(2);
    expect(answers.at(-1)).toEqual({ done: false, pool: 'p', serving: 2, keep: 2 });
    expect(balancer.least.get('Z/p')).toBe(2);
  });
  it('never take a pool below its floor, however many programs ask at once', async () => {
    for (let round = 0; round < 20; round += 1) {
      const { elsewhere, balancer } = world();
      const answers = await Promise.all(['h1', 'h2', 'h3', 'h4'].map((host) => elsewhere({ op: 'drain', host, pools: [{ ...pool, keep: 2 }] })));
      expect([answers.filter((answer) => (answer as { done: boolean }).done).length, balancer.least.get('Z/p')]).toEqual([2, 2]);
    }
  });
  it('count hosts that another action is about to take out, until that has ended', async () => {
    const { drain, documents, balancer } = world();
    const other = (ended: boolean) => documents.writeNow([{ collection: 'actions', id: 'a-0', document: { projection: { ended } } }]);
    documents.writeNow([{ collection: 'capacity', id: 'lb/Z/p', document: { taken: [{ host: 'h1', action: 'a-0' }] } }]);
    other(false);
    expect(await drain('h2', 3)).toEqual({ done: false, pool: 'p', serving: 3, keep: 3 });
    other(true);
    expect([await drain('h2', 3), balancer.least.get('Z/p')]).toEqual([{ done: true }, 3]);
  });
  it('give the place back with the host', async () => {
    const { ask, drain, documents } = world();
    await drain('h1', 3);
    expect(documents.getNow('capacity', 'lb/Z/p')?.document).toEqual({ taken: [{ host: 'h1', action: 'a-1' }] });
    await ask('load-balancer', { op: 'put-back', host: 'h1', pools: [pool] });
    expect([documents.getNow('capacity', 'lb/Z/p')?.document, await drain('h2', 3)]).toEqual([{ taken: [] }, { done: true }]);
  });
  it('change nothing once the action is in the hands of another program', async () => {
    const { elsewhere, balancer } = world();
    await expect(elsewhere({ op: 'drain', host: 'h1', pools: [{ ...pool, keep: 0 }] }, async () => false)).rejects.toThrow('Another program goes on with a-1.');
    expect(balancer.pools.get('Z/p')!.map(({ state }) => state)).toEqual(['in', 'in', 'in', 'in']);
  });
  it('answer the same when they are made again, as after a crash', async () => {
    const { ask, drain, balancer } = world();
    for (let n = 0; n < 2; n += 1) expect(await drain('h1', 3)).toEqual({ done: true });
    for (let n = 0; n < 2; n += 1) expect(await ask('load-balancer', { op: 'take-out', host: 'h1', pools: [pool] })).toEqual({ done: true });
    for (let n = 0; n < 2; n += 1) expect(await ask('load-balancer', { op: 'put-back', host: 'h1', pools: [pool] })).toEqual({ done: true });
    expect(balancer.pools.get('Z/p')?.map(({ state }) => state)).toEqual(['in', 'in', 'in', 'in']);
  });
  it('count a member that is down as not serving, and let it be drained', async () => {
    const { drain, balancer } = world();
    balancer.pools.get('Z/p')![0]!.healthy = false;
    expect([await drain('h2', 3), await drain('h1', 3)]).toEqual([{ done: false, pool: 'p', serving: 3, keep: 3 }, { done: true }]);
  });
  it('know hosts by address where the load balancer does', async () => {
    const { ask, balancer } = world();
    for (const member of balancer.pools.get('Z/p')!) member.host = member.host.replace('h', '10.0.0.');
    const answer = await ask('load-balancer', { op: 'members', pools: [pool] });
    expect('pools' in answer && answer.pools[0]?.members.map(({ host }) => host)).toEqual(['h1', 'h2', 'h3', 'h4']);
    await ask('load-balancer', { op: 'drain', host: 'h3', pools: [{ ...pool, keep: 0 }] });
    expect(balancer.pools.get('Z/p')![2]).toMatchObject({ host: '10.0.0.3', state: 'draining' });
  });
  it('are tried again, and no more often than is said', async () => {
    const { drain, balancer, clock, snapshot } = world();
    balancer.failures = 2;
    expect(await drain('h1', 0)).toEqual({ done: true });
    expect(clock.waitedMs).toBe(2_000);
    snapshot.loadBalancer = { name: 'lb', retries: 1, retry_delay: '5s' };
    balancer.failures = 1;
    await expect(drain('h2', 0)).rejects.toThrow('hung up');
  });
  it('believe the state that they read back, not the answer', async () => {
    const { drain, balancer } = world();
    balancer.ignores.add('h1');
    await expect(drain('h1', 0)).rejects.toThrow('h1 is still in in pool p of zone Z');
    await expect(drain('h9', 0)).rejects.toThrow('no member h9');
  });
});

describe('health calls', () => {
  const answers = { 'http://10.0.0.1:80/health': { status: 200, body: 'all UP' }, 'http://10.0.0.2:80/health': { status: 503, body: '' }, 'tcp:10.0.0.1:22': { status: 0, body: '' } };
  it('look by HTTP at the address of the host', async () => {
    const { ask } = world({ answers });
    const look = (host: string, more = {}) => ask('health', { check: 'http', host, port: 80, path: '/health', ...more });
    expect(await look('h1', { text: 'UP' })).toEqual({ healthy: true, detail: 'it answered 200' });
    expect(await look('h1', { text: 'DOWN' })).toEqual({ healthy: false, detail: 'its answer does not hold "DOWN"' });
    expect(await look('h2')).toEqual({ healthy: false, detail: 'it answered 503, not 200' });
    expect(await look('h2', { status: 503 })).toMatchObject({ healthy: true });
    expect(await look('h3')).toEqual({ healthy: false, detail: 'ECONNREFUSED' });
  });
  it('look by TCP, and by the monitor of the load balancer on the port of the member', async () => {
    const { ask } = world({ answers });
    expect(await ask('health', { check: 'tcp', host: 'h1', port: 22 })).toMatchObject({ healthy: true });
    expect(await ask('health', { check: 'tcp', host: 'h2', port: 22 })).toMatchObject({ healthy: false });
    expect(await ask('health', { check: 'monitor', host: 'h1', pool, names: ['http'] })).toMatchObject({ healthy: true });
    expect(await ask('health', { check: 'monitor', host: 'h2', pool, names: ['http'] })).toMatchObject({ healthy: false });
  });
});

describe('canary calls', () => {
  const schedule = { op: 'schedule', analysis: 'Z:1', zone: 'Z', stage: 1, share: 25, test: ['h1'], control: ['h2'] } as const;
  const asked = (body: object, status = 200) => world({ values: { canary_schedule_api: 'http://canary/', jira_id: 'J-1' }, answers: { 'http://canary/': { status, body: JSON.stringify(body) } } });

  it('schedule an analysis in the shape of the original, with a single-use address for the verdict', async () => {
    const { ask, network } = asked({ success: true, link: 'http://canary/1' });
    expect(await ask('canary', { ...schedule, test: ['h1'], control: ['h2'] })).toEqual({ state: 'scheduled', link: 'http://canary/1' });
    expect(JSON.parse(network.asked[0]!.body!)).toEqual({
      ccrid: 'a-1', jiraid: 'J-1', project_name: 'booking', space: 'hotels', staggered_status: '25%', stage: 1, datacenter: 'z', verf_server: 'h1', prod_server: 'h2', respond_to: 'https://edge/verdicts/a-1/Z/1', verdict_url: 'https://edge/verdicts/a-1/Z/1',
    });
  });
  it.each([[{ code: 119 }, 200, 'scheduled'], [{}, 202, 'scheduled'], [{ code: 111, message: 'unknown project' }, 200, 'not-configured']])('read the answer %j (%i) as %s', async (body, status, state) => {
    expect(await asked(body, status).ask('canary', { ...schedule, test: [], control: [] })).toMatchObject({ state });
  });
  it.each([[{ code: 499, message: 'no' }, 200], [{}, 500], [{ success: false }, 200]])('take the answer %j (%i) for a refusal', async (body, status) => {
    await expect(asked(body, status).ask('canary', { ...schedule, test: [], control: [] })).rejects.toThrow('refused the analysis');
  });
  it('say that nothing is configured where nothing is', async () => {
    expect(await world().ask('canary', { ...schedule, test: [], control: [] })).toMatchObject({ state: 'not-configured' });
  });

  const measured = (test: string | undefined, control: string | undefined) => {
    const vector = (value: string | undefined) => ({ status: 200, body: JSON.stringify({ status: 'success', data: { resultType: 'vector', result: value === undefined ? [] : [{ metric: {}, value: [0, value] }] } }) });
    const { ask } = world({ values: { canary_metrics_url: 'http://prom' }, answers: { 'http://prom/api/v1/query?query=errors{host=~"h1"}': vector(test), 'http://prom/api/v1/query?query=errors{host=~"h2|h3"}': vector(control) } });
    return ask('canary', { op: 'measure', zone: 'Z', stage: 1, test: ['h1'], control: ['h2', 'h3'], query: 'errors{host=~"$hosts"}', tolerance: 0.1 });
  };
  it.each([['1.05', '1', 'positive'], ['1.2', '1', 'negative'], [undefined, '1', 'inconclusive'], ['NaN', '1', 'inconclusive'], ['0', '0', 'positive']])('compare %s on the changed hosts with %s on the others: %s', async (test, control, verdict) => {
    expect(await measured(test, control)).toMatchObject({ state: 'measured', verdict });
  });
});

describe('other calls', () => {
  it('exchange HTTP, and only HTTP', async () => {
    const { ask, network } = world({ answers: { 'https://x/': { status: 201, body: 'made' } } });
    expect(await ask('http', { method: 'PUT', url: 'https://x/y', body: { a: 1 }, withinMs: 10 })).toEqual({ status: 201, body: 'made' });
    expect(network.asked[0]).toMatchObject({ method: 'PUT', body: '{"a":1}', headers: { 'content-type': 'application/json' } });
    await expect(ask('http', { method: 'GET', url: 'file:///etc/passwd', withinMs: 10 })).rejects.toThrow('Only http and https');
  });
  it('notify where an address is configured, and nowhere else', async () => {
    const { ask, network } = world({ values: { notify_url: 'http://chat/' }, answers: { 'http://chat/': { status: 200, body: '' } } });
    expect(await ask('notify', { text: 'done' })).toEqual({});
    expect(JSON.parse(network.asked[0]!.body!)).toMatchObject({ text: 'done', action: 'a-1' });
    expect(await world().ask('notify', { text: 'done' })).toEqual({});
  });
  it('name what cannot be called', async () => {
    await expect(world().ask('smtp' as 'http', {} as never)).rejects.toThrow('no service "smtp"');
  });
});

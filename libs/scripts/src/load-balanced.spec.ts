import { describe, expect, it } from '@jest/globals';
import { type Simulation, SimulatedBalancer, simulateScript } from '@edge/testing/script';
import loadBalanced from './load-balanced.js';

type OnCall = NonNullable<Simulation['onCall']>;
type Json = ReturnType<OnCall>;
type JsonObject = Parameters<OnCall>[0]['request'];
type ResolvedPool = NonNullable<Simulation['pools']>[number];

const config = { stop_command: '/opt/app/stop', start_command: '/opt/app/start', repo_dir: '/opt/repos', context_dir: '/opt/app' };
const names = (count: number, prefix = 'h') => Array.from({ length: count }, (_, n) => `${prefix}${n + 1}`);
const hostsIn = (zone: string, hosts: string[]) => Object.fromEntries(hosts.map((host) => [host, { zone, runs: 'app-1.tar.gz', vars: { port: 8080 } }]));
const pool = (name: string, threshold: number, zone = 'Z'): ResolvedPool => ({ zone, name, inpool_threshold: threshold });

/** Plays one action against a balancer; other calls are answered by `more.onCall`. */
function play(balancer: SimulatedBalancer, more: Partial<Simulation> & Pick<Simulation, 'hosts' | 'pools'>) {
  const { onCall, config: keys = {}, ...rest } = more;
  return simulateScript({
    script: loadBalanced, type: 'deploy', version: 'app-2.tar.gz', loadBalancer: { name: 'main', type: 'haproxy' }, config: { ...config, ...keys }, ...rest,
    onCall: (call) => (call.service === 'load-balancer' ? balancer.answer(call.request) as unknown as JsonObject : onCall?.(call) ?? { healthy: true, detail: '' }),
  });
}
const failing = (host: string, step: string): Simulation['onCommand'] => (command) => (command.host === host && command.step === step ? { code: 1 } : undefined);

describe('load-balanced', () => {
  it('drains, installs, checks and puts back batch after batch, never below the floor', async () => {
    const balancer = new SimulatedBalancer({ 'Z/p': { members: names(10) } });
    const { end, succeeded, notes, commands } = await play(balancer, { hosts: hostsIn('Z', names(10)), pools: [pool('p', 70)] });
    expect(end).toEqual({ ok: true });
    expect(succeeded).toEqual(names(10));
    expect([balancer.leastServing('Z/p'), balancer.in('Z/p')]).toEqual([7, names(10)]);
    expect(notes.flatMap((note) => (note.event === 'batch-started' ? [note.hosts.length] : []))).toEqual([3, 3, 3, 1]);
    expect(balancer.history.slice(0, 9)).toEqual(['drain h1', 'drain h2', 'drain h3', 'take-out h1', 'take-out h2', 'take-out h3', 'put-back h1', 'put-back h2', 'put-back h3']);
    expect(commands.filter(({ host }) => host === 'h1').map(({ step }) => step)).toEqual(['make repository folder', 'download', 'check checksum', 'stop', 'unpack', 'start', 'list old builds']);
  });

  it('goes by stages, and touches hosts that were out last and leaves them out', async () => {
    const balancer = new SimulatedBalancer({ 'Z/p': { members: names(10), out: ['h1'] } });
    const { succeeded, notes } = await play(balancer, { hosts: hostsIn('Z', names(10)), pools: [pool('p', 50)], config: { is_staggered: true } });
    expect(notes.flatMap((note) => (note.event === 'stage-started' ? [[note.share, note.hosts]] : []))).toEqual([[10, ['h2']], [25, ['h3']], [50, ['h4', 'h5']], [100, ['h6', 'h7', 'h8', 'h9', 'h10']], [100, ['h1']]]);
    expect(succeeded.at(-1)).toBe('h1');
    expect(balancer.in('Z/p')).toEqual(names(10).slice(1));
  });

  it('lets the survivors of a batch go on, leaves the failed host out, and stops later stages', async () => {
    const balancer = new SimulatedBalancer({ 'Z/p': { members: names(8) } });
    const { succeeded, failed, skipped, end } = await play(balancer, { hosts: hostsIn('Z', names(8)), pools: [pool('p', 0)], config: { staggered_batch: [50, 100], is_staggered: true }, onCommand: failing('h2', 'start') });
    expect([end, Object.keys(failed), succeeded, skipped]).toEqual([{ ok: true }, ['h2'], ['h1', 'h3', 'h4'], ['h5', 'h6', 'h7', 'h8']]);
    expect(balancer.in('Z/p')).toEqual(names(8).filter((name) => name !== 'h2'));
  });

  it('cuts batches anew when a host is lost: what failed costs capacity', async () => {
    const balancer = new SimulatedBalancer({ 'Z/p': { members: names(6) } });
    const { notes, succeeded } = await play(balancer, { hosts: hostsIn('Z', names(6)), pools: [pool('p', 50)], onCommand: failing('h2', 'unpack') });
    expect(notes.flatMap((note) => (note.event === 'batch-started' ? [note.hosts] : []))).toEqual([['h1', 'h2', 'h3'], ['h4', 'h5'], ['h6']]);
    expect([succeeded.length, balancer.leastServing('Z/p')]).toEqual([5, 3]);
  });

  it('touches a host of two pools once, and both floors hold', async () => {
    const balancer = new SimulatedBalancer({ 'Z/a': { members: ['h1', 'h2', 'h3', 'h4'] }, 'Z/b': { members: ['h3', 'h4', 'h5', 'h6'] } });
    const { succeeded, commands } = await play(balancer, { hosts: hostsIn('Z', names(6)), pools: [pool('a', 0), pool('b', 75)] });
    expect([...succeeded].sort()).toEqual(names(6));
    expect(commands.filter(({ step }) => step === 'stop')).toHaveLength(6);
    expect(balancer.leastServing('Z/b')).toBe(3);
  });

  it('waits for sessions to end, and cuts those that stay too long', async () => {
    const balancer = new SimulatedBalancer({ 'Z/p': { members: names(2) } }, { h1: 3, h2: 1_000 });
    const { notes, succeeded, waitedMs } = await play(balancer, { hosts: hostsIn('Z', names(2)), pools: [pool('p', 50)], config: { member_session_wait_time: 60 } });
    expect(succeeded).toEqual(names(2));
    expect(waitedMs).toBe(1_000 + 2_000 + 5_000 + 60_000);
    expect(notes).toContainEqual(expect.objectContaining({ event: 'message', level: 'warning', host: 'h2', text: expect.stringContaining('sessions after the maximum time') }));
    expect(notes.filter(({ event }) => event === 'waiting')).toHaveLength(2);
  });

  it('says what is wrong when a pool cannot spare a host, and touches nothing', async () => {
    const balancer = new SimulatedBalancer({ 'Z/p': { members: names(4) } });
    const { failed, commands } = await play(balancer, { hosts: hostsIn('Z', names(4)), pools: [pool('p', 100)] });
    expect(failed['h1']).toBe('The pool cannot spare this host: p (4 of 4 serve, 100 % must). Bring members back, or lower inpool_threshold.');
    expect([commands, balancer.history]).toEqual([[], []]);
  });

  it('waits while an operator has members out, and goes on when they are back', async () => {
    const balancer = new SimulatedBalancer({ 'Z/p': { members: names(4), out: ['h3', 'h4'] } });
    let looks = 0;
    const { succeeded } = await simulateScript({
      script: loadBalanced, type: 'restart', loadBalancer: { name: 'main', type: 'haproxy' }, config, hosts: hostsIn('Z', ['h1', 'h2']), pools: [pool('p', 50)],
      onCall: ({ request }) => {
        looks += 1;
        if (looks === 6) for (const host of ['h3', 'h4']) balancer.set('Z/p', host, 'in');
        return balancer.answer(request) as unknown as JsonObject;
      },
    });
    expect(succeeded).toEqual(['h1', 'h2']);
    expect(balancer.leastServing('Z/p')).toBe(2);
  });

  it('leaves a host that does not become healthy out, after all its attempts', async () => {
    const balancer = new SimulatedBalancer({ 'Z/p': { members: names(4) } });
    let asked = 0;
    const { failed, succeeded } = await play(balancer, {
      hosts: hostsIn('Z', names(4)), pools: [pool('p', 50)], config: { healthcheck: { http: { port: 'port', path: '/health' } }, healthcheck_count: 3, healthcheck_smart_delay: 5 },
      onCall: ({ request }) => {
        if (request['host'] === 'h1') asked += 1;
        return { healthy: request['host'] !== 'h1', detail: 'it answered 503' };
      },
    });
    expect(failed).toEqual({ h1: 'health check: not healthy after 3 looks: it answered 503' });
    expect([asked, succeeded, balancer.in('Z/p')]).toEqual([3, ['h2', 'h3', 'h4'], ['h2', 'h3', 'h4']]);
  });

  it('stops a zone whose pool cannot be read and leaves the rest untouched', async () => {
    const balancer = new SimulatedBalancer({ 'Z/p': { members: names(2) } });
    const { skipped, commands, notes } = await play(balancer, { hosts: hostsIn('Z', names(2)), pools: [pool('p', 0), pool('gone', 0)] });
    expect([skipped, commands]).toEqual([names(2), []]);
    expect(notes).toContainEqual({ event: 'message', level: 'error', text: 'Zone Z stops: The load balancer knows no pool Z/gone.' });
  });

  it('puts back what nobody touched when it is cancelled, wherever that is', async () => {
    for (let cancelAfter = 0; cancelAfter < 60; cancelAfter += 1) {
      const balancer = new SimulatedBalancer({ 'Z/p': { members: names(4) } }, { h1: 2 });
      const { end, commands, notes } = await play(balancer, { hosts: hostsIn('Z', names(4)), pools: [pool('p', 50)], cancelAfter });
      if (end.ok) break;
      const touched = new Set(commands.map(({ host }) => host));
      const out = names(4).filter((host) => !balancer.in('Z/p').includes(host));
      expect(out.filter((host) => !touched.has(host))).toEqual([]);
      const noted = new Set<string>();
      for (const note of notes) if (note.event === 'host-out') noted.add(note.host);
      for (const note of notes) if (note.event === 'host-in') noted.delete(note.host);
      expect([...noted].sort()).toEqual(out);
    }
  });

  it('puts back every host that could not be taken out, also when the cancellation comes in the midst of that', async () => {
    for (let cancelAfter = 0, over = false; !over; cancelAfter += 1) {
      const balancer = new SimulatedBalancer({ 'Z/p': { members: names(4) } });
      const { end } = await simulateScript({
        script: loadBalanced, type: 'deploy', version: 'app-2.tar.gz', loadBalancer: { name: 'main', type: 'haproxy' }, config, hosts: hostsIn('Z', names(4)), pools: [pool('p', 50)], cancelAfter,
        onCall: ({ request }) => {
          if (request['op'] === 'take-out') throw new Error('The load balancer did not answer in time.');
          return balancer.answer(request) as unknown as JsonObject;
        },
      });
      over = end.ok;
      expect([cancelAfter, balancer.in('Z/p')]).toEqual([cancelAfter, names(4)]);
    }
  });

  it('leaves no host stopped in silence when it is cancelled, wherever that is, and puts back what is healthy', async () => {
    for (let cancelAfter = 0, over = false; !over; cancelAfter += 1) {
      const balancer = new SimulatedBalancer({ 'Z/p': { members: names(4) } });
      const up = new Set(names(4));
      const { end, failed } = await play(balancer, {
        hosts: hostsIn('Z', names(4)), pools: [pool('p', 50)], config: { healthcheck: { tcp: { port: 'port' } } }, cancelAfter, onCall: ({ request }) => ({ healthy: up.has(String(request['host'])), detail: '' }),
        onCommand: ({ host, step }) => {
          if (step === 'stop') up.delete(host);
          if (step.startsWith('start')) up.add(host);
          return undefined;
        },
      });
      over = end.ok;
      expect([cancelAfter, balancer.in('Z/p')]).toEqual([cancelAfter, names(4).filter((host) => up.has(host))]);
      for (const host of names(4).filter((name) => !up.has(name))) expect(failed[host]).toContain('Its application is down');
    }
  });

  it('leaves a host alone that cannot get its artifact: it serves on, and its stage ends', async () => {
    const balancer = new SimulatedBalancer({ 'Z/p': { members: names(8) } });
    const { failed, commands, skipped } = await play(balancer, { hosts: hostsIn('Z', names(8)), pools: [pool('p', 50)], config: { is_staggered: true }, onCommand: ({ step }) => (step === 'check checksum' ? { code: 1 } : undefined) });
    expect([Object.keys(failed), skipped, balancer.in('Z/p')]).toEqual([['h1'], names(8).slice(1), names(8)]);
    expect(commands.map(({ step }) => step)).toEqual(['make repository folder', 'download', 'check checksum']);
  });

  it('runs the second half of the hooks also when something failed or was cancelled', async () => {
    const urls = { alerts_off_url: 'http://alerts/off', alerts_on_url: 'http://alerts/on' };
    for (const broken of [{ onCommand: failing('h1', 'stop') }, { cancelAfter: 9 }]) {
      const asked: string[] = [];
      await play(new SimulatedBalancer({ 'Z/p': { members: names(1) } }), {
        hosts: hostsIn('Z', names(1)), pools: [pool('p', 0)], config: urls, ...broken,
        onCall: ({ service, request }) => {
          if (service === 'http') asked.push(String(request['url']));
          return { status: 200, body: '' };
        },
      });
      expect(asked).toEqual(['http://alerts/off', 'http://alerts/on']);
    }
  });

  it('restarts without stages, and puts healthy hosts back when every stop failed', async () => {
    const balancer = new SimulatedBalancer({ 'Z/p': { members: names(2) } });
    const { failed } = await play(balancer, { type: 'restart', hosts: hostsIn('Z', names(2)), pools: [pool('p', 0)], config: { is_staggered: true, healthcheck: { tcp: { port: 'port' } } }, onCommand: ({ step }) => (step === 'stop' ? { code: 1 } : undefined) });
    expect([Object.keys(failed), balancer.in('Z/p')]).toEqual([names(2), names(2)]);
  });

  it('asks no load balancer for a hard deploy, and still goes by the threshold', async () => {
    const balancer = new SimulatedBalancer({ 'Z/p': { members: names(4) } });
    const { succeeded, notes } = await play(balancer, { type: 'hard_deploy', hosts: hostsIn('Z', names(4)), pools: [pool('p', 50)] });
    expect([succeeded, balancer.history]).toEqual([names(4), []]);
    expect(notes.filter(({ event }) => event === 'batch-started')).toHaveLength(2);
  });

  it('goes through zones side by side or in order; in order, a failed zone stops the later ones', async () => {
    const zones = { hosts: { ...hostsIn('A', names(2, 'a')), ...hostsIn('B', names(2, 'b')), ...hostsIn('C', names(2, 'c')) }, pools: [pool('p', 50, 'A'), pool('p', 50, 'B'), pool('p', 50, 'C')] };
    const balancer = () => new SimulatedBalancer({ 'A/p': { members: names(2, 'a') }, 'B/p': { members: names(2, 'b') }, 'C/p': { members: names(2, 'c') } });
    const apart = await play(balancer(), { ...zones, onCommand: failing('b1', 'stop') });
    expect([[...apart.succeeded].sort(), Object.keys(apart.failed)]).toEqual([['a1', 'a2', 'c1', 'c2'], ['b1', 'b2']]);
    const ordered = await play(balancer(), { ...zones, zoneOrder: 'ordered', onCommand: failing('b1', 'stop') });
    expect([ordered.succeeded, ordered.skipped]).toEqual([['a1', 'a2'], ['c1', 'c2']]);
  });
});

describe("the seed's two documents", () => {
  const environment = { server_info: 'pool_info', member_session_wait_time: 300, repo_dir: '/opt/mmtrepos' };
  const project = {
    version: 'application-version.tar.gz',
    pool_info: { MUM: [{ inpool_threshold: 0, pool_name: 'pool1' }], NEW_CHN: [{ inpool_threshold: 10, pool_name: 'pool1' }, { inpool_threshold: 10, pool_name: 'pool2' }] },
    stop_command: '/etc/init.d/mmtwebd stop', start_command: '/etc/init.d/mmtwebd start', is_staggered: true, is_canary: true, member_session_wait_time: 600, bizeye_folder: '<FTP_FOLDER>', context_dir: '<context_dir>',
  };
  it('run as they are written, once the canary gives its verdicts', async () => {
    const [mum, chn] = [names(4, 'm'), names(10, 'c')];
    const balancer = new SimulatedBalancer({ 'MUM/pool1': { members: mum }, 'NEW_CHN/pool1': { members: chn.slice(0, 6) }, 'NEW_CHN/pool2': { members: chn.slice(4) } });
    const { succeeded, end, commands } = await play(balancer, {
      hosts: { ...hostsIn('MUM', mum), ...hostsIn('NEW_CHN', chn) }, version: project.version, config: { ...environment, ...project },
      pools: Object.entries(project.pool_info).flatMap(([zone, list]) => list.map((each) => pool(each.pool_name, each.inpool_threshold, zone))),
      onCall: () => ({ state: 'scheduled' }), onSignal: () => ({ payload: { verdict: 'positive' } }),
    });
    expect([end, succeeded.length]).toEqual([{ ok: true }, 14]);
    expect(commands.find(({ step }) => step === 'download')?.text).toContain('http://files.mum/');
    expect([balancer.leastServing('NEW_CHN/pool1'), balancer.leastServing('NEW_CHN/pool2')].every((least) => least >= 1)).toBe(true);
  });
});

describe('the canary', () => {
  const four = { hosts: hostsIn('Z', names(4)), pools: [pool('p', 50)] };
  const balancer = () => new SimulatedBalancer({ 'Z/p': { members: names(4) } });
  const scheduled: OnCall = ({ service }): Json => (service === 'canary' ? { state: 'scheduled', link: 'http://canary/1' } : { healthy: true, detail: '' });

  it('waits for a verdict after each intermediate stage, with groups of equal size', async () => {
    const analyses: JsonObject[] = [];
    const waits: unknown[] = [];
    const { succeeded, end } = await play(balancer(), {
      ...four, config: { is_canary: true },
      onCall: (call) => {
        if (call.service === 'canary') analyses.push(call.request);
        return scheduled(call);
      },
      onSignal: ({ names: signals, match }) => {
        waits.push([signals, match]);
        return { name: 'verdict', payload: { verdict: 'positive' } };
      },
    });
    expect([end, succeeded]).toEqual([{ ok: true }, names(4)]);
    expect(analyses.map(({ stage, test, control }) => [stage, test, control])).toEqual([[1, ['h1'], ['h2']], [2, ['h1', 'h2'], ['h3', 'h4']]]);
    expect(waits).toEqual([[['verdict'], { zone: 'Z', stage: 1 }], [['verdict'], { zone: 'Z', stage: 2 }]]);
  });

  it('asks again when a verdict is inconclusive', async () => {
    const verdicts = ['inconclusive', 'positive', 'positive'];
    const { succeeded, notes } = await play(balancer(), { ...four, config: { is_canary: true }, onCall: scheduled, onSignal: () => ({ payload: { verdict: verdicts.shift()!, reason: 'few requests' } }) });
    expect(succeeded).toHaveLength(4);
    expect(notes).toContainEqual(expect.objectContaining({ text: expect.stringContaining('inconclusive: few requests') }));
  });

  it('stops at a negative verdict, and leaves the rest untouched', async () => {
    const { failed, skipped, commands } = await play(balancer(), { ...four, config: { is_canary: true }, onCall: scheduled, onSignal: () => ({ payload: { verdict: 'negative', reason: 'slower' } }) });
    expect(failed).toEqual({ h1: 'Changed, but the verdict on stage 1 is negative: slower.' });
    expect([skipped, new Set(commands.map(({ host }) => host))]).toEqual([['h2', 'h3', 'h4'], new Set(['h1'])]);
  });

  it('takes only the changed hosts back, each to the version it had, where the project asks for it', async () => {
    const lb = balancer();
    const { commands, notes, failed } = await play(lb, { ...four, config: { is_canary: true, canary_rollback: true }, onCall: scheduled, onSignal: ({ match }) => ({ payload: { verdict: match['stage'] === 1 ? 'positive' : 'negative' } }) });
    expect(notes.flatMap((note) => (note.event === 'version-live' ? [[note.host, note.version]] : []))).toEqual([['h1', 'app-2.tar.gz'], ['h2', 'app-2.tar.gz'], ['h1', 'app-1.tar.gz'], ['h2', 'app-1.tar.gz']]);
    expect(notes.filter(({ event }) => event === 'rolled-back')).toEqual([{ event: 'rolled-back', extent: 'all' }]);
    expect([Object.keys(failed), lb.in('Z/p'), commands.some(({ host }) => host === 'h3')]).toEqual([['h1', 'h2'], names(4), false]);
  });

  it('says which hosts keep the new version because the one before is not known, and nothing was rolled back', async () => {
    const hosts = Object.fromEntries(names(4).map((host) => [host, { zone: 'Z', vars: { port: 8080 } }]));
    const { notes, failed } = await play(balancer(), { ...four, hosts, config: { is_canary: true, canary_rollback: true }, onCall: scheduled, onSignal: () => ({ payload: { verdict: 'negative' } }) });
    expect(notes.filter(({ event }) => event === 'rolled-back')).toEqual([]);
    expect(failed['h1']).toMatch(/^Changed, but .* It was not rolled back: the version that it ran before is not known\.$/);
  });

  it('goes on without a verdict only where the project says so, and no verdict in time is a negative one', async () => {
    const absent: OnCall = ({ service }): Json => (service === 'canary' ? { state: 'not-configured', detail: 'No such project.' } : { healthy: true, detail: '' });
    const strict = await play(balancer(), { ...four, config: { is_canary: true }, onCall: absent });
    expect([strict.succeeded, strict.skipped]).toEqual([['h1'], ['h2', 'h3', 'h4']]);
    const lenient = await play(balancer(), { ...four, config: { is_canary: true, canary_optional: true }, onCall: absent });
    expect(lenient.succeeded).toEqual(names(4));
    const silent = await play(balancer(), { ...four, config: { is_canary: true, canary_by: 'person' } });
    expect(silent.failed).toEqual({ h1: 'Changed, but no verdict came in time.' });
  });

  it('is not asked for a rollback or a restart', async () => {
    for (const type of ['rollback', 'restart', 'hard_deploy']) {
      const { succeeded } = await play(balancer(), { ...four, type, config: { is_canary: true } });
      expect(succeeded).toEqual(names(4));
    }
  });
});

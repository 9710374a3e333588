import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findSshd, startLabHost, type LabHost } from '@edge/testing';
import { runCli } from '../cli/run-cli.js';
import { demoFolder, removeFolder } from './demo-data.js';
import { EdgeProcess } from './edge-process.js';
import { startImpostor } from './impostor.js';

interface Key { key: string; fingerprint: string }
interface ShownKeys { enrolled: Key[]; offered: Key[]; pending?: { offered: Key; known: Key[] }; problem?: string }
type Answers = Record<string, Record<string, [number | null, boolean, string[]]>>;

const run = promisify(execFile);
const sshd = await findSshd();
(sshd ? describe : describe.skip)('trust in hosts, through a running Edge', () => {
  let data: string;
  let edge: EdgeProcess;
  let [gate, web, other]: LabHost[] = [];

  beforeAll(async () => {
    data = await demoFolder();
    [gate, web, other] = await Promise.all(['gate', 'web', 'other'].map((name) => startLabHost({ name })));
    const config = join(data, 'ssh_config');
    const block = ({ host, port, keyFile }: LabHost, more = '') => `Host ${host.name}\n HostName 127.0.0.1\n Port ${port}\n User ${host.user}\n IdentityFile ${keyFile}\n${more}`;
    writeFileSync(config, `${block(gate!, ' UserKnownHostsFile none\n GlobalKnownHostsFile none\n')}${block(web!)}${block(other!)}${block({ ...web!, host: { ...web!.host, name: 'behind' } }, ' ProxyJump gate\n')}`, { mode: 0o600 });
    edge = await new EdgeProcess({ data, env: { EDGE_SSH_CONFIG: config, EDGE_SSH_PASSWORD: 'never sent to a stranger' } }).start();
    await edge.client().post('/api/v1/apply', { documents: [{ kind: 'Space', name: 'lab' }, ...['gate', 'web', 'other', 'behind'].map((name) => ({ kind: 'Host', name, spaces: ['lab'] }))] });
  }, 120_000);
  afterAll(async () => {
    await edge.end();
    await Promise.all([gate?.stop(), web?.stop(), other?.stop()]);
    await removeFolder(data);
  }, 60_000);

  const cli = (...args: string[]) => runCli(args, { env: { EDGE_DATA: data } });
  const keysOf = (name: string) => edge.client().get<ShownKeys>(`/api/v1/hosts/${name}/keys`);
  const runOn = async (name: string, command = 'echo hi') => (await edge.client().call<Answers>('POST', '/api/v1/commands', { body: { hosts: [name], command }, headers: { prefer: 'wait=30' } })).body[name]![command]!;
  const print = async (lab: LabHost) => (await run('ssh-keygen', ['-lf', `${lab.hostKeyFile}.pub`])).stdout.split(' ')[1]!;
  /** How many facts of this kind are on the bus. */
  const told = (type: string) => {
    const database = new DatabaseSync(join(data, 'edge.db'), { readOnly: true });
    const rows = database.prepare('SELECT headers, value FROM records').all() as { headers: string; value: string }[];
    database.close();
    return rows.filter(({ headers }) => headers.includes(type)).map(({ value }) => JSON.parse(value) as { data: { host: string } });
  };

  it('shows fingerprints, enrols what was compared, and reaches nobody before', async () => {
    expect((await runOn('web'))[2][0]).toContain('The host key is not enrolled.');
    const shown = await cli('host', 'enrol', 'web');
    expect(shown).toMatchObject({ code: 0, out: expect.stringContaining(await print(web!)), err: expect.stringContaining('--fingerprint SHA256:') });
    expect((await keysOf('web')).enrolled).toEqual([]);
    expect(await cli('host', 'enrol', 'web', '--fingerprint', 'SHA256:wrong')).toMatchObject({ code: 2 });
    expect(await cli('host', 'enrol', 'web', '--fingerprint', await print(web!))).toMatchObject({ code: 0 });
    expect(await runOn('web')).toEqual([0, true, ['hi']]);
    expect(await cli('host', 'check', 'web')).toMatchObject({ code: 0, out: expect.stringMatching(/web +true +exited/) });
    expect(await cli('host', 'check', 'web', 'other')).toMatchObject({ code: 1, out: expect.stringMatching(/other +false +not-started +host-key-unknown/) });
    expect(await cli('host', 'list', '-o', 'name')).toMatchObject({ code: 0, out: 'behind\ngate\nother\nweb\n' });
  }, 60_000);

  it('enrols by known_hosts, hashed names too, and never over an enrolled key unasked', async () => {
    const file = join(data, 'known_hosts');
    // The inventory says no port: ssh knows it, Edge asks known_hosts for the name alone.
    writeFileSync(file, `gate ${gate!.host.keys[0]}\nweb ${gate!.host.keys[0]}\nother ${other!.host.keys[0]}\nstranger ${other!.host.keys[0]}\n`);
    await run('ssh-keygen', ['-q', '-H', '-f', file]);
    expect(await cli('host', 'enrol', '--known-hosts', file, 'gate', 'other')).toMatchObject({ code: 0, out: expect.stringMatching(/gate.* new\n/), err: expect.stringContaining('--yes') });
    expect((await keysOf('other')).enrolled).toEqual([]);
    expect(await cli('host', 'enrol', '--known-hosts', file, '--yes')).toMatchObject({ code: 3, out: expect.stringMatching(/gate.* enrolled\n(.|\n)*other.* enrolled\nweb.* differs\n/) });
    expect((await keysOf('web')).enrolled.map(({ fingerprint }) => fingerprint)).toEqual([await print(web!)]);
    expect(await cli('host', 'enrol', '--known-hosts', file, 'behind', '--yes')).toMatchObject({ code: 1, out: expect.stringContaining('unknown') });
    expect(await runOn('other')).toEqual([0, true, ['hi']]);
    expect(await cli('host', 'enrol')).toMatchObject({ code: 2 });
  }, 60_000);

  it('trusts a jump host by its enrolled key', async () => {
    expect(await cli('host', 'enrol', 'behind', '--yes')).toMatchObject({ code: 0 });
    expect(await runOn('behind')).toEqual([0, true, ['hi']]);
    expect(await gate!.log()).toContain('Accepted publickey');
  }, 60_000);

  it('stops at a changed key before any sign-in, tells it once, and goes on after somebody approved it', async () => {
    const before = told('edge.host-key.changed').length;
    await web!.halt();
    const impostor = await startImpostor(web!.port);
    for (let turn = 0; turn < 3; turn += 1) {
      const [answer, fine] = await Promise.all([runOn('web', `echo ${turn}`), runOn('other', `echo ${turn}`)]);
      expect(answer[2][0]).toContain('another key than the enrolled one');
      expect(fine).toEqual([0, true, [String(turn)]]);
    }
    expect(await cli('host', 'check', 'web')).toMatchObject({ code: 1, out: expect.stringContaining('host-key-changed') });
    expect(impostor.connections()).toBeGreaterThanOrEqual(4);
    expect(impostor.attempts()).toBe(0);
    expect(told('edge.host-key.changed').slice(before).map(({ data: { host } }) => host)).toEqual(['web']);
    const shown = await keysOf('web');
    expect(shown.pending).toMatchObject({ offered: { key: impostor.key }, known: [{ fingerprint: await print(web!) }] });
    expect(shown.offered.map(({ key }) => key)).toEqual([impostor.key]);
    await impostor.stop();
    // The host really has a new key: its administrator says so, and it is approved.
    const renewed = await startLabHost({ name: 'web', port: web!.port });
    const refused = await cli('host', 'enrol', 'web', '--yes');
    expect(refused).toMatchObject({ code: 3, err: expect.stringContaining('--replace') });
    expect(await cli('host', 'enrol', 'web', '--replace', '--fingerprint', await print(renewed))).toMatchObject({ code: 0 });
    expect(await keysOf('web')).toMatchObject({ enrolled: [{ fingerprint: await print(renewed) }] });
    expect((await keysOf('web')).pending).toBeUndefined();
    await renewed.halt();
    const moved = await startLabHost({ name: 'web', port: web!.port, hostKeyFile: renewed.hostKeyFile, settings: [`AuthorizedKeysFile ${web!.keyFile}.pub`] });
    expect(await runOn('web', 'echo again')).toEqual([0, true, ['again']]);
    await Promise.all([moved.stop(), renewed.stop()]);
    await web!.start();
  }, 90_000);

  it('goes by the keys that are enrolled when a host is touched, not by those that were when the command was accepted', async () => {
    const go = join(other!.home, 'go');
    const jobs = join(other!.home, '.edge/jobs');
    const command = `while ! [ -e ${go} ]; do sleep 0.1; done; echo late`;
    const answers = edge.client().call<Answers>('POST', '/api/v1/commands', { body: { hosts: ['other', 'web'], command, concurrency: 1 }, headers: { prefer: 'wait=100' } });
    while (!existsSync(jobs) || !readdirSync(jobs).some((name) => existsSync(join(jobs, name, 'pid')) && !existsSync(join(jobs, name, 'rc')))) await new Promise((next) => setTimeout(next, 50));
    const enrol = (key: string) => edge.client().post('/api/v1/hosts/web/keys', { keys: [key] });
    await enrol(other!.host.keys[0]!);
    writeFileSync(go, '');
    const { body } = await answers;
    expect(body['other']![command]).toEqual([0, true, ['late']]);
    expect(body['web']![command]![2][0]).toContain('another key than the enrolled one');
    await enrol(web!.host.keys[0]!);
    expect(await runOn('web', 'echo now')).toEqual([0, true, ['now']]);
  }, 120_000);

  it('sweeps what old commands left on a host, and nothing of one that runs', async () => {
    await runOn('other', 'echo old');
    const jobs = join(other!.home, '.edge/jobs');
    const [old] = readdirSync(jobs);
    const running = edge.client().call<Answers>('POST', '/api/v1/commands', { body: { hosts: ['other'], command: 'sleep 5; echo done' }, headers: { prefer: 'wait=30' } });
    let live: string | undefined;
    for (let tries = 0; tries < 1000 && !live; tries += 1) {
      await new Promise((go) => setTimeout(go, 20));
      live = readdirSync(jobs).find((name) => existsSync(join(jobs, name, 'pid')) && !existsSync(join(jobs, name, 'rc')));
    }
    expect(live).toBeDefined();
    const longAgo = new Date(Date.now() - 30 * 86_400_000);
    for (const name of [old!, live!]) utimesSync(join(jobs, name), longAgo, longAgo);
    mkdirSync(join(jobs, 'not-ended'));
    utimesSync(join(jobs, 'not-ended'), longAgo, longAgo);
    expect(await cli('host', 'clean', 'other', '--yes')).toMatchObject({ code: 0, out: expect.stringMatching(/other +true.*1 job records removed, \d+ kept/) });
    expect(readdirSync(jobs)).not.toContain(old);
    expect(readdirSync(jobs)).toEqual(expect.arrayContaining([live!, 'not-ended']));
    expect((await running).body['other']).toEqual({ 'sleep 5; echo done': [0, true, ['done']] });
    expect(await cli('host', 'clean', 'nowhere', 'other', '--yes')).toMatchObject({ code: 1, out: expect.stringMatching(/nowhere +false +unknown-host [^\n]*\nother +true/) });
    expect(await cli('host', 'enrol', 'nowhere', 'other')).toMatchObject({ code: 1, out: expect.stringContaining('other'), err: expect.stringContaining('no host "nowhere"') });
  }, 60_000);
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { demoFolder, removeFolder, runningVersions } from '../embedded/demo-data.js';
import { EdgeProcess, repositoryRoot } from '../embedded/edge-process.js';
import { type Run, runCli } from './run-cli.js';

interface Shown { action_id: string; status: string; type: string; hosts: { host: string }[] }

const id = /^[0-9a-f]{8}-[0-9a-f-]{27}$/m;

describe('the edge command beside a running demo', () => {
  let data: string;
  let edge: EdgeProcess;
  let broken: Server;

  beforeAll(async () => {
    data = await demoFolder();
    edge = await new EdgeProcess({ data, args: ['--demo'] }).start();
    broken = createServer((_request, answer) => answer.writeHead(503).end('no')).listen(0, '127.0.0.1');
  }, 120_000);

  afterAll(async () => {
    broken.close();
    await edge.end('SIGINT');
    await removeFolder(data);
  }, 60_000);

  const cli = (args: string[], run: Run = {}) => runCli(args, { ...run, env: { EDGE_DATA: data, ...run.env } });
  const file = (name: string, text: string) => {
    writeFileSync(join(data, name), text);
    return join(data, name);
  };
  const last = async () => JSON.parse((await cli(['action', 'show', 'last', '-o', 'json'])).out) as Shown;
  const ended = (given: string) => cli(['action', 'follow', given]);

  it('finds the running Edge by its data directory, deploys, follows, and exits 0', async () => {
    const ran = await cli(['deploy', 'demo/shop', '--version', 'shop-2.tar.gz', '--hosts', 'web-01,web-07', '--countdown', '0', '--reason', 'because', '--follow']);
    expect(ran).toMatchObject({ code: 0, err: expect.stringMatching(/^[0-9a-f-]{36} {2}http:\/\/127\.0\.0\.1:\d+\/actions\/[0-9a-f-]{36}\n[^]*completed: Every host succeeded\.\n$/) });
    expect(ran.out.split('\n').filter(Boolean)).toEqual(expect.arrayContaining(['web-01 | shop stopped', expect.stringMatching(/^web-07 \| shop shop-2 listens on port \d+$/)]));
    expect(ran.out).not.toMatch(/status|step\.|batch/);
    expect(await runningVersions(data)).toMatchObject({ 'web-01': 'shop-2', 'web-02': 'shop-1', 'web-07': 'shop-2' });
  }, 60_000);

  it('prints an action as table, JSON, YAML and name; nothing but data on stdout', async () => {
    const [table, json, yaml, name] = await Promise.all([['table'], ['json'], ['yaml'], ['name']].map(([format]) => cli(['-o', format!, 'action', 'list', '--limit', '1'])));
    const [row] = JSON.parse(json!.out) as Shown[];
    expect(table!.out.split('\n')[0]).toBe('ACTION ID                             SPACE  PROJECT  TYPE    STATUS     ACTOR  ACCEPTED AT');
    expect({ yaml: parse(yaml!.out), name: name!.out }).toEqual({ yaml: [row], name: `${row!.action_id}\n` });
    expect(row!.action_id).toMatch(id);
    expect([table, json, yaml, name].map((one) => [one!.code, one!.err])).toEqual(Array(4).fill([0, '']));
    expect(table!.out).not.toContain('\u001b');
  });

  it('shows the latest action with its hosts, and its output in each format', async () => {
    const shown = await cli(['action', 'show', 'last']);
    expect(shown.out).toMatch(/web-07 +south +succeeded/);
    const [text, json, yaml, name, summary] = await Promise.all([['logs', 'last'], ['logs', 'last', '-o', 'json'], ['logs', 'last', '-o', 'yaml'], ['logs', 'last', '-o', 'name'], ['logs', 'last', '--summary', '--host', 'web-01']].map((args) => cli(['action', ...args])));
    const lines = json!.out.trim().split('\n').map((line) => JSON.parse(line) as { id: string; text: string });
    expect(text!.out).toContain('web-01 stop | shop stopped\n');
    expect(lines.length).toBe(text!.out.trim().split('\n').length);
    expect(parseAllDocuments(yaml!.out).map((document) => document.toJS() as object)).toEqual(lines);
    expect(name!.out.trim().split('\n')).toEqual(lines.map((line) => line.id));
    expect(summary!.out).toMatch(/ web-01 unpack succeeded/);
  });

  it('exits 1 when the action failed, and says at which host and why', async () => {
    const ran = await cli(['deploy', 'demo/shop', '--version', 'shop-bad.tar.gz', '--hosts', 'web-03', '--countdown', '0', '--follow']);
    expect(ran).toMatchObject({ code: 1, err: expect.stringMatching(/failed: 0 of 1 hosts succeeded; web-03: check checksum/) });
  }, 60_000);

  const wrongUse: [string, string[], RegExp, Record<string, string>?][] = [
    ['an unknown command', ['explode'], /unknown command 'explode'/],
    ['an unknown option', ['deploy', 'demo/shop', '--countdwn', '3'], /unknown option '--countdwn'/],
    ['an unknown format', ['-o', 'xml', 'action', 'list'], /"xml" is none of json, yaml, table, name/],
    ['a path without a project', ['deploy', 'demo'], /"demo" is not <space>\/<project>/],
    ['a timeout that is none', ['deploy', 'demo/shop', '--follow', '--timeout', 'soon'], /--timeout "soon" is no duration/],
    ['a timeout of what is not followed', ['deploy', 'demo/shop', '--timeout', '5s'], /^--timeout is how long to follow: give --follow, too\.\n$/],
    ['a wait that is no duration', ['run', '--hosts', 'web-01', '--wait', 'abc', '--', 'true'], /^--wait "abc" is no duration, for example 10m or 90s\.\n$/],
    ['a secret without a value', ['secret', 'set', 'demo', 'nothing'], /^Standard input is empty: pipe the value of nothing to it\.\n$/],
    ['an empty list of hosts', ['deploy', 'demo/shop', '--hosts', ''], /blank/],
    ['an unknown host', ['deploy', 'demo/shop', '--hosts', 'web-99'], /There is no server "web-99"/],
    ['an unknown project', ['deploy', 'demo/nothing'], /nothing/],
    ['an unknown action', ['action', 'show', 'nothing'], /There is no action "nothing"/],
    ['a file that is not there', ['apply', '-f', 'nothing.yaml'], /There is no file or folder nothing\.yaml/],
    ['a token file that is not there', ['action', 'list'], /EDGE_TOKEN cannot be read from the file of EDGE_TOKEN_FILE/, { EDGE_TOKEN_FILE: 'nothing' }],
    ['a receipt that is none', ['verify', 'package.json', '--key', 'package.json'], /This is no receipt/],
  ];
  it.each(wrongUse)('exits 2 on %s, with one sentence and nothing on stdout', async (_name, args, says, env = {}) => {
    expect(await cli(args, { env })).toEqual({ code: 2, out: '', err: expect.stringMatching(says) });
  });

  it('exits 3 where it is refused: no such token, a missing grant, a busy project, too late', async () => {
    const { url } = edge.address();
    expect(await cli(['action', 'list'], { env: { EDGE_URL: url, EDGE_TOKEN: 'nobody' } })).toMatchObject({ code: 3, err: expect.stringMatching(/token/) });
    const { out: viewer } = await cli(['token', 'create', 'looks', '--role', 'viewer', '--space', 'demo', '-o', 'name']);
    expect(await cli(['deploy', 'demo/shop'], { env: { EDGE_URL: url, EDGE_TOKEN: viewer.trim() } })).toMatchObject({ code: 3, err: expect.stringMatching(/You need the grant/) });
    expect(await cli(['run', '--hosts', 'web-01', '--', 'id'], { env: { EDGE_TOKEN: viewer.trim() } })).toMatchObject({ code: 3, out: '', err: expect.stringMatching(/You need the grant/) });
    expect(await cli(['run', '--hosts', 'web-01', '--', 'id'], { env: { EDGE_TOKEN_FILE: file('viewer', viewer) } })).toMatchObject({ code: 3, out: '', err: expect.stringMatching(/You need the grant/) });
    const holder = (await cli(['restart', 'demo/shop', '--hosts', 'web-05', '--countdown', '600', '-o', 'name'])).out.trim();
    expect(await cli(['restart', 'demo/shop', '--hosts', 'web-06', '--on-busy', 'reject'])).toMatchObject({ code: 3, err: expect.stringMatching(/is busy with action/) });
    expect(await cli(['action', 'cancel', holder])).toMatchObject({ code: 0 });
    await ended(holder);
    expect(await cli(['action', 'cancel', holder])).toMatchObject({ code: 3, err: expect.stringMatching(/it is too late to cancel it/) });
  }, 60_000);

  it('shows the plan of a dry run, starts nothing, and says what is refused where it is written', async () => {
    const before = (await last()).action_id;
    const ran = await cli(['deploy', 'demo/store', '--version', 'shop-2.tar.gz', '--dry-run', '--follow', '--set', 'zones_of=none']);
    expect({ code: ran.code, capacity: /^ {2}pool shop-north: 6 of 6 members serve, 50 % must; 3 may be out at once, at least 3 serve throughout$/m.test(ran.out), hash: /^plan [0-9a-f]{64}$/m.test(ran.out) }).toEqual({ code: 0, capacity: true, hash: true });
    expect(ran.err).toMatch(/^warning: .*does not know "zones_of"/);
    const slip = await cli(['deploy', 'demo/store', '--dry-run', '--set', 'pool_info={"north":[{"pool_name":"shop-north","inpool_threshold":50}],"south":[{"pool_name":"shop-sout","inpool_threshold":50}]}']);
    expect({ code: slip.code, err: slip.err }).toEqual({ code: 2, err: expect.stringContaining('/config/pool_info/south/0: No host of space demo names zone south and pool shop-sout. Correct zone and pool, add the hosts, or take the pool out.') });
    expect((await last()).action_id).toBe(before);
  }, 60_000);

  it('exits 4 when its time to wait is over and the action goes on, then 6 when it was cancelled', async () => {
    const started = await cli(['restart', 'demo/shop', '--hosts', 'web-05', '--countdown', '600', '--follow', '--timeout', '1s']);
    expect(started).toMatchObject({ code: 4, err: expect.stringMatching(/is still counting-down after 1s; it goes on\.\n$/) });
    const { action_id: action, status } = await last();
    expect(status).toBe('counting-down');
    const following = cli(['action', 'follow', 'last'], { when: { says: /counting-down/, then: () => void cli(['action', 'cancel', action, '--reason', 'enough']) } });
    expect(await following).toMatchObject({ code: 6, err: expect.stringMatching(/cancelled/) });
  }, 60_000);

  it('exits 7 when nothing answers, and when Edge answers 503', async () => {
    expect(await cli(['action', 'list'], { env: { EDGE_URL: 'http://127.0.0.1:9', EDGE_TOKEN: 'x' } })).toEqual({ code: 7, out: '', err: 'Edge does not answer at http://127.0.0.1:9.\n' });
    expect(await cli(['action', 'list'], { env: { EDGE_URL: `http://127.0.0.1:${(broken.address() as AddressInfo).port}`, EDGE_TOKEN: 'x' } })).toMatchObject({ code: 7, out: '' });
    expect(await cli(['action', 'list'], { env: { EDGE_DATA: join(data, 'nowhere') } })).toMatchObject({ code: 7, err: expect.stringMatching(/set EDGE_URL and EDGE_TOKEN, or start "edge up"/) });
  });

  it('leaves the action running on Ctrl-C, exits 130 and says how to go on', async () => {
    const ran = await cli(['restart', 'demo/shop', '--hosts', 'web-05', '--countdown', '600', '--follow'], { when: { says: /counting-down/, then: (pid) => process.kill(pid, 'SIGINT') } });
    expect(ran).toMatchObject({ code: 130, err: expect.stringMatching(/The action goes on\. Follow: edge action follow \S+ {3}Cancel: edge action cancel \S+\n$/) });
    expect((await last()).status).toBe('counting-down');
    await cli(['action', 'cancel', 'last']);
    await ended('last');
  }, 60_000);

  it('runs one command on many hosts, and fails with the exit code of a host', async () => {
    expect(await cli(['run', '--hosts', 'web-01,web-02', '--', 'hostname'])).toEqual({ code: 0, out: 'web-01 | web-01\nweb-02 | web-02\n', err: '' });
    expect(await cli(['run', '--hosts', 'web-01', '--', 'test', '-d', '/nowhere'])).toMatchObject({ code: 1, out: 'web-01 ! exit 1\n' });
    expect(await cli(['run', '--hosts', 'web-01,web-02', '--', 'test $(hostname) = web-02 || { echo said; echo why >&2; exit 3; }'])).toEqual({ code: 1, out: 'web-01 | said\nweb-01 ! exit 3\n', err: 'web-01 | why\n' });
    expect(JSON.parse((await cli(['-o', 'json', 'run', '--hosts', 'web-02', '--', 'hostname'])).out)).toEqual({ 'web-02': { hostname: [0, true, ['web-02']] } });
    expect(await cli(['run', '--hosts', 'web-99', '--', 'hostname'])).toMatchObject({ code: 2, out: '', err: expect.stringMatching(/There is no host "web-99"/) });
  }, 60_000);

  it('shows what a command wrote before its time was over', async () => {
    const ran = await cli(['run', '--hosts', 'web-01', '--timeout', '2', '--', 'echo begun; echo why >&2; sleep 20']);
    expect(ran).toMatchObject({ code: 1, out: expect.stringMatching(/^web-01 \| begun\nweb-01 \| [^]+\nweb-01 ! no exit code\n$/), err: expect.stringMatching(/^web-01 \| why$/m) });
    expect(ran.out).not.toContain('why');
  }, 60_000);

  it('lets a long run go on after Ctrl-C or a short wait, says how to follow it, and exits 6 when it was cancelled', async () => {
    const sleeping = ['run', '--hosts', 'web-02', '--', 'sleep 60'];
    const goesOn = /Follow: edge action follow [0-9a-f-]{36} {3}Cancel: edge action cancel [0-9a-f-]{36}\n$/;
    const slow = /^([0-9a-f-]{36}) {2}http:\/\/127\.0\.0\.1:\d+\/actions\/\1\n/;
    expect(await cli(sleeping, { when: { says: slow, then: (pid) => process.kill(pid, 'SIGINT') } })).toMatchObject({ code: 130, out: '', err: expect.stringMatching(goesOn) });
    await cli(['action', 'cancel', 'last']);
    const waited = await cli(['-o', 'name', 'run', '--wait', '1s', ...sleeping.slice(1)]);
    expect(waited).toMatchObject({ code: 4, out: expect.stringMatching(id), err: expect.stringMatching(goesOn) });
    expect(waited.err).toContain(`${waited.out.trim()} is still `);
    await cli(['action', 'cancel', waited.out.trim()]);
    expect(await cli(sleeping, { when: { says: slow, then: () => void cli(['action', 'cancel', 'last']) } })).toMatchObject({ code: 6, err: expect.stringMatching(slow) });
  }, 60_000);

  it('ends as the command ends although nobody reads its output to the end', async () => {
    const program = `EDGE_DATA=${data} ${process.execPath} apps/cli/dist/program.js`;
    expect(await runShell(`set -o pipefail; ${program} run --hosts web-01 -- 'seq 1 100000; exit 3' | head -1; echo $?`)).toBe('web-01 | 1\n1\n');
    expect(await runShell(`set -o pipefail; ${program} action logs last | head -1; echo $?`)).toMatch(/^web-01 .* \| 1\n0\n$/);
  }, 60_000);

  it('shows what a file would change, stores it, and writes it back the same', async () => {
    const text = (version: string) => `{kind: Space, name: hotels, title: Hotels}\n---\n{kind: Project, space: hotels, name: booking, environment: linux, config: {version: ${version}, stop_command: "true", start_command: "true", context_dir: app, server_list: {north: [hotel-01]}}}\n---\n{kind: Host, name: hotel-01, address: 127.0.0.1, port: 9, zone: north, spaces: [hotels]}\n`;
    const [one, two] = [file('one.yaml', text('a-1.tar.gz')), file('two.yaml', text('a-2.tar.gz'))];
    const changes = async (args: string[]) => {
      const { code, out } = await cli(['-o', 'json', ...args]);
      return { code, changes: (JSON.parse(out) as { change: string; name: string; pointers: string[] }[]).map(({ change, name, pointers }) => `${change} ${name} ${pointers.join(' ')}`.trim()) };
    };
    const created = ['create hotels', 'create hotels/booking', 'create hotel-01'];
    expect(await changes(['apply', '-f', one, '--dry-run'])).toEqual({ code: 0, changes: created });
    expect((await cli(['project', 'show', 'hotels/booking'])).code).toBe(2);
    expect(await changes(['apply', '-f', one])).toEqual({ code: 0, changes: created });
    expect(await changes(['diff', '-f', one])).toEqual({ code: 0, changes: created.map((line) => line.replace('create', 'unchanged')) });
    expect(await changes(['diff', '-f', two])).toEqual({ code: 1, changes: ['unchanged hotels', 'update hotels/booking /config/version', 'unchanged hotel-01'] });
    const exported = (await cli(['export', '--space', 'hotels'])).out;
    expect(await changes(['diff', '-f', file('exported.yaml', exported)])).toMatchObject({ code: 0 });
    const inJson = (await cli(['export', '--space', 'hotels', '-o', 'json'])).out;
    expect(JSON.parse(inJson)).toEqual(parseAllDocuments(exported).map((document) => document.toJS() as object));
    expect((await cli(['export', '--space', 'hotels', '-o', 'name'])).out.trim().split('\n')).toEqual(expect.arrayContaining(['hotels', 'booking', 'hotel-01']));
    expect(await changes(['diff', '-f', file('exported.json', inJson)])).toMatchObject({ code: 0 });
    expect(await cli(['apply', '-f', '-'], { input: '{kind: Space, nam: x}' })).toMatchObject({ code: 2, out: '', err: expect.stringMatching(/nam/) });
    const slip = file('slip.yaml', '{kind: Space, name: slips}\n---\nkind: Host\nname: slip-01\nadress: 127.0.0.1\n');
    expect(await cli(['apply', '-f', slip])).toMatchObject({ code: 2, out: '', err: expect.stringContaining(`  ${slip}:3 /adress: `) });
  }, 60_000);

  it('says its version, and takes that of a deployment for what it is', async () => {
    expect(await cli(['--version'])).toEqual({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), err: '' });
    expect((await cli(['deploy', 'demo/shop', '--version', 'shop-2.tar.gz', '--dry-run'])).out).toContain('shop-2.tar.gz');
  });

  it('retries what failed, once, and says where to go on', async () => {
    expect((await cli(['run', '--hosts', 'web-01,web-02', '--', 'test $(hostname) = web-01'])).code).toBe(1);
    const former = (await last()).action_id;
    const retried = await cli(['action', 'retry', former, '--reason', 'again', '--follow']);
    expect({ code: retried.code, hosts: (await last()).hosts.map(({ host }) => host) }).toEqual({ code: 1, hosts: ['web-02'] });
    expect(await cli(['action', 'retry', former])).toMatchObject({ code: 3, out: '', err: expect.stringContaining(`was retried as action ${(await last()).action_id}, which ended failed: retry that one.`) });
    expect(await cli(['action', 'retry', 'last', '--countdown', 'soon'])).toMatchObject({ code: 2, err: expect.stringContaining('--countdown "soon" is no time') });
    expect((await cli(['action', 'retry', 'nothing'])).code).toBe(2);
  }, 60_000);

  it("shows a host's key, and trusts the one whose fingerprint was compared", async () => {
    const { out } = await cli(['host', 'enrol', 'web-04', '-o', 'name']);
    expect(out).toMatch(/^SHA256:\S+\n$/);
    expect(await cli(['host', 'enrol', 'web-04', '--fingerprint', 'SHA256:another'])).toMatchObject({ code: 2, err: expect.stringMatching(/offers no key with the fingerprint/) });
    expect(await cli(['host', 'enrol', 'web-04', '--fingerprint', out.trim()])).toMatchObject({ code: 0, err: 'web-04: 1 key(s) enrolled\n' });
    expect(await cli(['host', 'check', 'web-04'])).toMatchObject({ code: 0 });
    expect(await cli(['host', 'check', 'hotel-01'])).toMatchObject({ code: 1, out: expect.stringMatching(/hotel-01 +false/) });
  }, 60_000);

  it('checks a receipt offline: genuine, changed, and by a key that is not its own', async () => {
    const done = await cli(['restart', 'demo/shop', '--hosts', 'web-01', '--countdown', '0', '--follow']);
    expect(done.code).toBe(0);
    const receipt = (await cli(['action', 'receipt', 'last'])).out;
    const key = join(data, 'keys', 'receipt.pub');
    const alone = { env: { EDGE_DATA: join(data, 'nowhere') } };
    const good = file('receipt.json', receipt);
    expect(await cli(['verify', good, '--key', key], alone)).toMatchObject({ code: 0, err: 'genuine\n', out: expect.stringMatching(/restart +completed/) });
    expect(await cli(['verify', good])).toMatchObject({ code: 0 });
    expect(await cli(['verify', good], alone)).toMatchObject({ code: 2, err: expect.stringMatching(/give --key/) });
    const envelope = JSON.parse(receipt) as { payload: string };
    const changed = { ...envelope, payload: Buffer.from(Buffer.from(envelope.payload, 'base64').toString().replace('"completed"', '"cancelled"')).toString('base64') };
    expect(await cli(['verify', file('changed.json', JSON.stringify(changed)), '--key', key])).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/NOT genuine/) });
    expect(readFileSync(key, 'utf8')).toContain('BEGIN PUBLIC KEY');
  }, 60_000);

  it('writes a script to begin with, and tries it without Edge', async () => {
    const alone = { env: { EDGE_DATA: join(data, 'nowhere') } };
    expect(await cli(['script', 'new', 'mine', '--folder', data], alone)).toMatchObject({ code: 0, out: `${join(data, 'mine.ts')}\n${join(data, 'mine.trials.json')}\n` });
    expect(await cli(['script', 'new', 'mine', '--folder', data], alone)).toMatchObject({ code: 2, err: expect.stringMatching(/is there already/) });
    expect(await cli(['script', 'check', join(data, 'mine.ts'), '-o', 'name'], alone)).toMatchObject({ code: 0, out: 'mine\n' });
    expect(await cli(['script', 'test', join(data, 'mine.ts')], alone)).toMatchObject({ code: 0, err: expect.stringMatching(/^\d+ passed, 0 failed\n$/) });
  }, 60_000);

  it('names file and line of what is wrong in a script', async () => {
    const mistake = file('mistake.ts', 'const a = 1;\nexport default foo(\n');
    expect(await cli(['script', 'check', mistake])).toMatchObject({ code: 2, err: expect.stringMatching(/mistake\.ts:2: Expression expected/) });
    expect(await cli(['script', 'test', join(data, 'nowhere.ts')])).toMatchObject({ code: 2, err: expect.stringContaining('There is no file ') });
  });

  it('prints a completion that bash takes', async () => {
    const { out } = await cli(['completion', 'bash']);
    expect(await runShell(`${out}\nCOMP_WORDS=(edge action ca); COMP_CWORD=2; _edge; echo "$COMPREPLY"`)).toBe('cancel\n');
    expect((await cli(['completion', 'csh'])).code).toBe(2);
  });

  async function runShell(text: string): Promise<string> {
    const { execFile } = await import('node:child_process');
    return new Promise((resolve, reject) => execFile('bash', ['-c', text], { cwd: repositoryRoot() }, (error, out) => (error ? reject(error) : resolve(out))));
  }
});

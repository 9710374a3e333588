import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeLab } from './describe-lab.js';
import { type Canaries, CanarySearch, type Hit } from './canaries.js';
import { httpCall } from './http-call.js';
import { LabWorld, type Shown } from './lab-world.js';
import { requestsOf } from './requests-of.js';
import { watchProcesses } from './watch-processes.js';


/** Differs in every form: quote, slash, plus, percent, space. */
const secret = (name: string) => `${name}-"it's"/+% ${randomBytes(9).toString('hex')}`;
const plainSecret = (name: string) => `${name}.${randomBytes(12).toString('hex')}`;

/** Programs that the host scripts of Edge use: each notes how it was called, unless a command calls it that was given the secrets. */
const noting = (file: string) => Object.fromEntries(['printf', 'echo', 'cat', 'mkdir', 'rm', 'ls', 'ln', 'readlink', 'sleep', 'wc', 'tail', 'head', 'dd', 'od', 'ps', 'kill', 'mkfifo', 'script', 'sed', 'grep', 'cut', 'tr', 'env'].map((name) => [name, `#!/bin/dash
[ -n "$EDGE_JOB" ] || { echo "$0 $*"; /usr/bin/env; } >>${file}
exec /usr/bin/${name} "$@"
`]));

/** Everything that a host can do to show what it was given, then the work. */
const leaky = (then: string) => String.raw`
for value in "$STORED" "$FILED" "$GIVEN"; do
  echo "plain $value"; echo "again $value" >&2
  printf %s "x$value" | base64 -w 0; echo
  printf %s "$value" | od -An -v -tx1 | tr -d ' \n'; echo
done
"$NODE" -e 'console.log(encodeURIComponent(process.env.STORED)); console.log(JSON.stringify(process.env))'
sleep 0.3
${then}
`;

/** Asks for its password and gives nothing else on, as sudo does. It knows only the password's hash. */
const sudo = (password: string) => `#!/bin/sh
n= p=
while [ $# -gt 0 ]; do case $1 in -n) n=1;; -p) p=$2; shift;; -u) shift;; --) shift; break;; -*) ;; *) break;; esac; shift; done
[ -n "$n" ] && { echo 'sudo: a password is required' >&2; exit 1; }
printf '%s' "$p" >&2
IFS= read -r given || exit 1
[ "$(printf %s "$given" | sha256sum)" = '${createHash('sha256').update(password).digest('hex')}  -' ] || { printf '%s' "$p" >&2; read -r given; exit 1; }
given=
exec env -i PATH="$PATH" HOME="$HOME" "$@"
`;

describeLab('canary secrets', () => {
  let world: LabWorld;
  let outside: string;
  let search: CanarySearch;
  const canaries: Canaries = {
    'secret of the space': secret('stored'), 'secret by file': secret('filed'), 'secret by variable': secret('given'), 'password of ssh and sudo': plainSecret('sudo'), 'passphrase of the key': plainSecret('phrase'),
    'password of a person': secret('person'), 'password in an address': plainSecret('address'),
  };
  const actions: string[] = [];

  beforeAll(async () => {
    outside = mkdtempSync(join(tmpdir(), 'edge-canary-'));
    mkdirSync(join(outside, 'lab'));
    writeFileSync(join(outside, 'lab', 'filed'), canaries['secret by file']!);
    const programs = { ...noting(join(outside, 'called')), sudo: sudo(canaries['password of ssh and sudo']!) };
    world = await LabWorld.start({
      hosts: [{ programs }, { programs, sh: ['mksh'] }],
      env: {
        EDGE_LOG_LEVEL: 'debug', EDGE_SSH_PASSWORD: canaries['password of ssh and sudo']!, EDGE_SSH_PASSPHRASE: canaries['passphrase of the key']!,
        EDGE_SECRETS: outside, EDGE_SECRET_LAB__GIVEN: canaries['secret by variable']!,
      },
    });
    for (const { keyFile } of world.hosts) execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', canaries['passphrase of the key']!, '-f', keyFile]);
    const { url, token } = world.edge.address();
    const secretEnv = { STORED: { $secret: 'stored' }, FILED: { $secret: 'filed' }, GIVEN: { $secret: 'given' } };
    world.hosts.forEach((_, index) => {
      writeFileSync(world.home('stop', index), leaky('echo stopped >>ran').replace('"$NODE"', `'${process.execPath}'`));
      writeFileSync(world.home('start', index), leaky('echo started >>ran; [ ! -f broken ]').replace('"$NODE"', `'${process.execPath}'`));
    });
    const list = { server_list: { here: ['lab-1', 'lab-2'] }, context_dir: 'app', stop_command: 'sh stop', start_command: 'sh start', secret_env: secretEnv };
    await world.configure({ config: list, documents: [{ kind: 'Project', space: 'lab', name: 'as-other', environment: 'plain', config: { ...list, run_as: 'other' } }] });
    await world.client.call('PUT', '/api/v1/spaces/lab/secrets/stored', { body: { value: canaries['secret of the space'] } });
    Object.assign(canaries, {
      "the administrator's token": token, 'a token': (await world.client.post<{ token: string }>('/api/v1/tokens', { name: 'ci', role: 'operator', space: 'lab' })).token,
      'the key of secrets': readFileSync(join(world.data, 'keys', 'secrets.key'), 'utf8').trim(),
      ...Object.fromEntries(['grant', 'command', 'result', 'signal', 'receipt', 'audit'].map((audience) => [`private key of ${audience}`, world.key(`${audience}.json`).privateKey.split('\n')[1]!])),
    });
    await world.client.post('/api/v1/identities', { name: 'asha', password: canaries['password of a person'] });
    const session = await httpCall(url, { method: 'POST', path: '/api/v1/session', body: { name: 'asha', password: canaries['password of a person'] } });
    canaries['a session'] = /=([^;]+)/.exec(session.headers.get('set-cookie')!)![1]!;
    search = new CanarySearch(canaries);
  }, 120_000);

  afterAll(async () => {
    await world.stop();
    rmSync(outside, { recursive: true });
  }, 60_000);

  async function run(project: string, expected: string): Promise<void> {
    const { body } = await world.client.call<Shown>('POST', `/space/lab/${project}/restart/`, { body: { countdown: 0 } });
    actions.push(body.action_id);
    const { status, hosts } = await world.ended(body.action_id);
    expect({ status, hosts: hosts.map(({ state }) => state) }).toEqual({ status: expected, hosts: expected === 'completed' ? ['succeeded', 'succeeded'] : expect.anything() });
  }

  it('reach the commands they are for, and no other process: neither a command line nor an environment', async () => {
    const work = (async () => {
      await run('app', 'completed');
      await run('as-other', 'completed');
      writeFileSync(world.home('broken'), '');
      await run('app', 'failed');
    })();
    const watched = await watchProcesses(search, work);
    await work;
    expect(watched.seenAtWork).toBeGreaterThan(0);
    // What it was started with stays in its own environment for its own user; as <NAME>_FILE there is nothing.
    expect(watched.hits.filter(({ where }) => !where.startsWith(`environ of ${world.edge.pid}:`))).toEqual([]);
    const called = readFileSync(join(outside, 'called'));
    expect([called.length > 1_000, search.in('programs that host scripts called', called)]).toEqual([true, []]);
    expect(world.lines('ran').length).toBeGreaterThan(4);
  }, 180_000);

  it('are in no answer of any route, not even of those that fail', async () => {
    const { url, token } = world.edge.address();
    const ask = async (method: string, path: string, body?: unknown): Promise<Hit[]> => {
      const { text, headers } = await httpCall(url, { method, path, token, ...(body === undefined ? {} : { body }) });
      return search.in(`${method} ${path}`, `${JSON.stringify([...headers])}\n${text}`);
    };
    const refused = { kind: 'Platform', artifact_servers: { here: `http://edge:${canaries['password in an address']}@files.test:8000` } };
    const hits = [
      ...(await ask('PUT', '/api/v1/spaces/lab/secrets/No-Name', { value: canaries['secret of the space'] })), ...(await ask('PUT', '/api/v1/spaces/none/secrets/x', { value: canaries['secret of the space'] })),
      ...(await ask('POST', '/api/v1/apply', { documents: [refused] })), ...(await ask('POST', '/api/v1/session', { name: 'asha', password: `${canaries['password of a person']}!` })),
      ...(await ask('POST', '/api/v1/secrets/reencrypt')), ...(await ask('POST', '/api/v1/identities', { name: 'asha', password: canaries['password of a person'] })),
    ];
    for (const action of actions) {
      const side = { space: 'lab', project: 'app', host: 'lab-1', action, trigger: 'none', secret: 'stored', freeze: 'none' };
      for (const { asked } of requestsOf(side).filter(({ route }) => route.method === 'GET')) hits.push(...(await ask('GET', asked.path)));
      for (const kind of ['summary', 'detail']) hits.push(...(await ask('GET', `/api/v1/actions/${action}/logs?kind=${kind}&limit=1000`)));
      const { items } = await world.client.get<{ items: { command_id?: string }[] }>(`/api/v1/actions/${action}/logs`, { query: { kind: 'detail', limit: 1_000 } });
      const commands = [...new Set(items.flatMap(({ command_id }) => command_id ?? []))];
      expect([commands.length > 0, JSON.stringify(items).includes('[redacted]')]).toEqual([true, true]);
      for (const command of commands) for (const stream of ['stdout', 'stderr']) hits.push(...(await ask('GET', `/api/v1/actions/${action}/commands/${command}/output?stream=${stream}`)));
    }
    expect(hits).toEqual([]);
  }, 120_000);

  it('are in no log line, at the level debug', () => {
    expect(search.in('output of the process', world.edge.output)).toEqual([]);
    expect(world.edge.output).toContain('"level":"debug"');
  });

  it('are in no job folder and nowhere else on a host after the end', () => {
    expect(world.hosts.flatMap(({ home }) => search.inFolder(home, (path) => path.startsWith('.edge/jobs/') && /\/(out|err)$/.test(path)))).toEqual([]);
  });

  it('are in no store: documents, journals, bus, log index, audit', async () => {
    await world.edge.end();
    const kept = (path: string) => path.startsWith('keys/') || path === 'administrator.token';
    expect(search.inFolder(world.data, kept)).toEqual([]);
    const own = search.inFolder(join(world.data, 'keys')).map(({ canary, where }) => `${canary} in ${where}`);
    expect(own.filter((hit) => !/^private key of (\w+) in \1\.json$/.test(hit) && hit !== 'the key of secrets in secrets.key')).toEqual([]);
  });
});

import { mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findSshd, startLabHost, type LabHost } from '@edge/testing';
import { demoFolder, removeFolder } from './demo-data.js';
import { EdgeProcess } from './edge-process.js';

const script = `import { defineScript, template, tree } from '@edge/script';
import { z } from 'zod';

const conf = template('listen {{port}}\\nname {{name}}\\n', z.object({ port: z.number(), name: z.string() }));

export default defineScript({
  name: 'configured',
  about: 'Puts the configuration of an application.',
  config: z.object({ folder: z.string().optional(), port: z.number(), below: z.string().default('conf') }),
  actions: {
    async restart({ config, rollOut }) {
      await rollOut(async (batch) => {
        await batch.run('configure', (host) => tree({
          path: config.folder ?? host.vars.home + '/app',
          files: [{ path: 'run.sh', content: 'exec app\\n', mode: 0o755 }, { path: config.below + '/app.conf', content: conf({ port: config.port, name: host.name }), mode: 0o640 }],
        }));
      }, { order: 'at-once' });
    },
  },
});
`;

const sshd = await findSshd();
(sshd ? describe : describe.skip)('a tree of files, through a running Edge', () => {
  let data: string;
  let edge: EdgeProcess;
  let hosts: LabHost[] = [];

  beforeAll(async () => {
    data = await demoFolder();
    hosts = await Promise.all(['one', 'two'].map((name) => startLabHost({ name })));
    mkdirSync(join(data, 'more-scripts'));
    writeFileSync(join(data, 'more-scripts/configured.ts'), script);
    writeFileSync(join(data, 'ssh_config'), hosts.map(({ host, keyFile }) => `Host ${host.name}\n IdentityFile ${keyFile}\n`).join(''), { mode: 0o600 });
    edge = await new EdgeProcess({ data, env: { EDGE_SCRIPTS: join(data, 'more-scripts'), EDGE_SSH_CONFIG: join(data, 'ssh_config') } }).start();
    await edge.client().post('/api/v1/apply', { documents: [
      { kind: 'Space', name: 'lab' }, { kind: 'Environment', name: 'plain', script: 'configured', config: { server_info: 'server_list' } },
      ...hosts.map(({ host: { name, ...host } }) => ({ kind: 'Host', name, ...host, zone: 'here', spaces: ['lab'], vars: { home: hosts.find((lab) => lab.host.name === name)!.home } })),
    ] });
  }, 120_000);
  afterAll(async () => {
    await edge.end();
    await Promise.all(hosts.map((host) => host.stop()));
    await removeFolder(data);
  }, 60_000);

  interface Shown { status: string; error?: object; hosts: { host: string; state: string; why?: string; commands: object[] }[] }
  let next = 0;
  /** Puts the tree on the hosts by an action of a project of its own; answers the action at its end. */
  async function put(config: object, names = ['one', 'two']): Promise<Shown> {
    const project = `app${(next += 1)}`;
    await edge.client().post('/api/v1/apply', { documents: [{ kind: 'Project', space: 'lab', name: project, environment: 'plain', config: { server_list: { here: names }, port: 8080, ...config } }] });
    const { action_id: id } = await edge.client().post<{ action_id: string }>(`/space/lab/${project}/restart/`, { countdown: 0 });
    for (;;) {
      const shown = await edge.client().get<Shown>(`/api/v1/actions/${id}`);
      if (['completed', 'failed', 'blocked', 'cancelled'].includes(shown.status)) return shown;
      await new Promise((go) => setTimeout(go, 100));
    }
  }
  it('is put on every host with its parameters and modes, and once more for the same end', async () => {
    for (const port of [8080, 8081, 8081]) {
      expect(await put({ port })).toMatchObject({ status: 'completed' });
      for (const { home, host } of hosts) {
        expect(readdirSync(join(home, 'app'), { recursive: true }).map(String).sort()).toEqual(['conf', 'conf/app.conf', 'run.sh']);
        expect([readFileSync(join(home, 'app/conf/app.conf'), 'utf8'), readFileSync(join(home, 'app/run.sh'), 'utf8')]).toEqual([`listen ${port}\nname ${host.name}\n`, 'exec app\n']);
        expect(['run.sh', 'conf/app.conf'].map((path) => statSync(join(home, 'app', path)).mode & 0o777)).toEqual([0o755, 0o640]);
      }
    }
  });

  it('fails the host that has a link in its way, and no other', async () => {
    mkdirSync(join(hosts[0]!.home, 'outside'));
    symlinkSync(join(hosts[0]!.home, 'outside'), join(hosts[0]!.home, 'app/linked'));
    const result = { outcome: 'exited', code: 1, tail: `${join(hosts[0]!.home, 'app/linked')} is a symbolic link.\n` };
    expect(await put({ below: 'linked' })).toMatchObject({ status: 'failed', hosts: [{ host: 'one', state: 'failed', commands: [{ step: 'configure', result }] }, { host: 'two', state: 'succeeded' }] });
    expect(readdirSync(join(hosts[0]!.home, 'outside'))).toEqual([]);
    expect(readFileSync(join(hosts[1]!.home, 'app/linked/app.conf'), 'utf8')).toContain('name two');
  });

  it('is looked through by the command policy', async () => {
    const result = { outcome: 'not-started', cause: 'policy-denied', detail: expect.stringContaining('/etc/sudoers.d') };
    expect(await put({ folder: '/etc/sudoers.d' }, ['one'])).toMatchObject({ status: 'failed', hosts: [{ host: 'one', state: 'failed', commands: [{ step: 'configure', result }] }] });
  });

  it('leads nowhere out of itself: the script ends with the sentence and its line', async () => {
    expect(await put({ below: '../..' }, ['one'])).toMatchObject({ status: 'failed', error: { file: 'configured.ts', line: 13, message: expect.stringContaining('"../../app.conf" does not stay below') } });
  });
});

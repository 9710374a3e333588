import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EdgeProcess, repositoryRoot } from './edge-process.js';
import { withEdge } from './with-edge.js';

interface Problem { code: string; detail: string; errors: { pointer: string; detail: string; remedy?: string }[] }

const documents = [
  { kind: 'Space', name: 'lab', title: 'Lab' },
  { kind: 'Environment', name: 'plain', script: 'one-by-one', config: { server_info: 'server_list', repo_dir: '/opt/repo', stop_command: 'true' } },
  { kind: 'Host', name: 'lab-1', address: '127.0.0.1', port: 9, zone: 'one', spaces: ['lab'] },
  { kind: 'Project', space: 'lab', name: 'half', environment: 'plain', config: { server_list: { one: ['lab-1'] }, version: 'app-1.tar.gz', context_dir: '/srv/app' } },
];

describe('bad input to a running Edge', () => {
  const world = withEdge();
  beforeAll(() => world.edge.client().post('/api/v1/apply', { documents }));

  async function refused(path: string, text: string, type = 'application/json'): Promise<{ status: number; problem: Problem }> {
    const { url, token } = world.edge.address();
    const answer = await fetch(new URL(path, url), { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': type }, body: text });
    return { status: answer.status, problem: (await answer.json()) as Problem };
  }

  const bodies: [string, string, number, RegExp][] = [
    ['wrong JSON', '{"countdown": 1,', 400, /JSON/],
    ['JSON that is no object', '[1, 2]', 422, /object/],
    ['an over-long body', JSON.stringify({ reason: 'x'.repeat(1_100_000) }), 413, /larger than 1 MB/],
    ['a configuration without a key that the script needs', '{}', 422, /start_command/],
    ['a blank server', '{"servers": [" "]}', 422, /blank/i],
    ['an empty list of servers', '{"servers": []}', 422, /servers|empty/i],
  ];
  it.each(bodies)('refuses %s by one clear sentence and accepts nothing', async (_name, text, status, says) => {
    const answer = await refused('/space/lab/half/deploy/', text);
    expect({ status: answer.status, text: JSON.stringify(answer.problem) }).toEqual({ status, text: expect.stringMatching(says) });
    expect((await world.edge.client().get<{ items: object[] }>('/api/v1/actions')).items).toEqual([]);
  });

  it('names the missing key with its remedy', async () => {
    const { problem } = await refused('/space/lab/half/deploy/', '{}');
    expect(problem.errors).toContainEqual(expect.objectContaining({ pointer: expect.stringContaining('start_command'), detail: expect.any(String) }));
  });

  it.each([['pages', {}], ['text', { format: 'text' }]])('refuses a cursor that is none for logs as %s, before the answer begins', async (_as, query) => {
    const { action_id: id } = await world.edge.client().post<{ action_id: string }>('/api/v1/commands', { hosts: ['lab-1'], command: 'uptime', space: 'lab' });
    await expect(world.edge.client().get(`/api/v1/actions/${id}/logs`, { query: { ...query, cursor: 'nonsense' } })).rejects.toMatchObject({ status: 422, problem: { errors: [expect.objectContaining({ pointer: '/cursor' })] } });
  });
});

const isRoot = process.getuid?.() === 0;
const nobody = isRoot ? { uid: 65_534, gid: 65_534 } : {};
const program = join(repositoryRoot(), 'apps/edge/dist/program.js');
const isReadable = spawnSync(process.execPath, ['--eval', 'require("node:fs").readFileSync(process.argv[1])', program], nobody).status === 0;

// Root may read everything, and where another user may not read the program it cannot be started as one.
(isReadable ? describe : describe.skip)('a data directory that cannot be used', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'edge-bad-'));
    chmodSync(folder, 0o755);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is told in one sentence when it may not be read', () => {
    const data = join(folder, 'closed');
    mkdirSync(data);
    writeFileSync(join(data, 'edge.db'), '');
    chmodSync(data, 0o000);
    const ran = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', program], { encoding: 'utf8', env: { ...process.env, EDGE_DATA: data, EDGE_PORT: '0', HOME: folder }, timeout: 30_000, ...nobody });
    chmodSync(data, 0o700);
    expect({ code: ran.status, says: ran.stderr }).toEqual({ code: 1, says: expect.stringMatching(/^[^\n]*closed[^\n]*EDGE_DATA[^\n]*\n$/) });
  });
});

/** A file system of a few megabytes, where this user may mount one. */
function smallDisk(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'edge-small-'));
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', folder]).status === 0) return folder;
  rmSync(folder, { recursive: true });
  return undefined;
}

const disk = smallDisk();

// Without the right to mount there is no small disk; the adapter's own full-disk specs run everywhere.
(disk ? describe : describe.skip)('a full data directory', () => {
  const edge = new EdgeProcess({ data: join(disk ?? '', 'data') });
  afterAll(async () => {
    await edge.end();
    spawnSync('umount', [disk!]);
    rmSync(disk!, { recursive: true });
  });

  it('refuses new work in one sentence that says so, goes on answering, and takes work when there is room again', async () => {
    await edge.start();
    await edge.client().post('/api/v1/apply', { documents: documents.slice(0, 2) });
    writeFileSync(join(disk!, 'filler'), '');
    spawnSync('dd', ['if=/dev/zero', `of=${join(disk!, 'filler')}`, 'bs=4096', 'count=2000']);
    const answers: { status: number; text: string }[] = [];
    const { url, token } = edge.address();
    for (let n = 0; n < 400 && answers.at(-1)?.status !== 503; n += 1) {
      const answer = await fetch(new URL('/api/v1/apply', url), { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify({ documents: [{ kind: 'Space', name: `s${n}`, title: 'x'.repeat(10_000) }] }) });
      answers.push({ status: answer.status, text: await answer.text() });
    }
    expect(answers.at(-1)).toEqual({ status: 503, text: expect.stringMatching(/full/) });
    expect((await edge.client().get<{ items: object[] }>('/api/v1/spaces')).items.length).toBeGreaterThan(0);
    rmSync(join(disk!, 'filler'));
    expect(await edge.client().post('/api/v1/apply', { documents: [{ kind: 'Space', name: 'after', title: 'After' }] })).toBeDefined();
  }, 60_000);
});

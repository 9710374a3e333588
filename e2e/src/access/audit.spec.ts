import { beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { canonicalJson, type RouteName, routes } from '@edge/contracts';
import { changesState } from '@edge/nest';
import { runCli } from '../cli/run-cli.js';
import { withEdge } from '../embedded/with-edge.js';
import { httpCall } from './http-call.js';
import { requestsOf } from './requests-of.js';
import { buildTwoSpaces, type TwoSpaces } from './two-spaces.js';

interface Entry { seq: number; what: string; subject: string; allowed: boolean; prev: string; hash: string }
interface Row { id: string; body: string }

const stateChanging = (Object.keys(routes) as RouteName[]).filter((name) => changesState(routes[name]));

describe('the audit of a running Edge', () => {
  const running = withEdge();
  let world: TwoSpaces;

  beforeAll(async () => {
    world = await buildTwoSpaces(running.edge.address());
  }, 60_000);

  const verify = () => runCli(['audit', 'verify', '-o', 'json'], { env: { EDGE_DATA: running.data } });

  /** The newest, first: more than one test adds. */
  async function entries(): Promise<Entry[]> {
    const { url, token } = running.edge.address();
    const { items } = JSON.parse((await httpCall(url, { method: 'GET', path: '/api/v1/audit?limit=20', token })).text) as { items: Entry[] };
    return items;
  }

  it.each(stateChanging)('has an entry of %s, by one who may and by one who may not', async (name) => {
    const before = (await entries())[0]!.seq;
    const { asked } = requestsOf(world.own).find((one) => one.name === name)!;
    // The administrator asks last: signing out would end nobody else's session.
    for (const token of [world.tokens.viewer!, world.tokens.superuser!]) await httpCall(running.edge.address().url, { ...asked, token });
    const fresh = (await entries()).filter(({ seq, what }) => seq > before && what === name);
    expect(fresh).toHaveLength(2);
    expect(fresh.every(({ subject }) => routes[name].needs === 'open' || subject.startsWith('token:'))).toBe(true);
  });

  const rows = (database: DatabaseSync) => database.prepare("SELECT id, body FROM documents WHERE collection = 'audit' ORDER BY id").all() as unknown as Row[];
  const put = (database: DatabaseSync, { id, body }: Row) => database.prepare("UPDATE documents SET body = ? WHERE collection = 'audit' AND id = ?").run(body, id);
  const drop = (database: DatabaseSync, id: string) => database.prepare("DELETE FROM documents WHERE collection = 'audit' AND id = ?").run(id);

  const harms: [string, (database: DatabaseSync) => unknown, RegExp][] = [
    ['one byte changed', (database) => put(database, { ...rows(database)[5]!, body: rows(database)[5]!.body.replace('127.0.0.1', '127.0.0.2') }), /Entry 6 was changed/],
    ['one row removed', (database) => drop(database, rows(database)[7]!.id), /Entry 8 is missing/],
    ['the tail cut', (database) => rows(database).slice(-3).forEach(({ id }) => drop(database, id)), /tail was cut/],
    ['everything removed', (database) => rows(database).forEach(({ id }) => drop(database, id)), /tail was cut/],
    ['one entry changed and all hashes after it made anew', (database) => restamp(database), /not the one that was signed/],
  ];
  it.each(harms)('shows %s by exit code 1 and says where, also after a restart', async (_name, harm, problem) => {
    expect(await verify()).toMatchObject({ code: 0 });
    const kept = new Map<string, Row[]>();
    await running.edge.end('SIGKILL');
    const database = new DatabaseSync(join(running.data, 'edge.db'), { timeout: 10_000 });
    kept.set('audit', rows(database));
    harm(database);
    await running.edge.start();
    const found = await verify();
    expect({ code: found.code, said: JSON.parse(found.out) as object }).toEqual({ code: 1, said: expect.objectContaining({ ok: false, problem: expect.stringMatching(problem) }) });
    await running.edge.end('SIGKILL'); // nobody else writes while the rows are put back
    for (const { id } of rows(database)) drop(database, id);
    for (const { id, body } of kept.get('audit')!) database.prepare("INSERT INTO documents (collection, id, version, body) VALUES ('audit', ?, 1, ?)").run(id, body);
    database.close();
    await running.edge.start();
  }, 60_000);

  /** What somebody does who may write to the store and knows how the chain is made, but has no key. */
  function restamp(database: DatabaseSync): void {
    let prev: string | undefined;
    for (const { id, body } of rows(database)) {
      const { hash: _hash, ...entry } = JSON.parse(body) as Entry;
      const changed = { ...entry, ...(prev === undefined ? { subject: 'user:somebody-else' } : { prev }) };
      prev = createHash('sha256').update(canonicalJson(changed)).digest('hex');
      put(database, { id, body: JSON.stringify({ ...changed, hash: prev }) });
    }
  }
});

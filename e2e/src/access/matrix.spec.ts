import { beforeAll, describe, expect, it } from '@jest/globals';
import { type Permission, permissionForType, type Role, type Route, roles } from '@edge/contracts';
import { withEdge } from '../embedded/with-edge.js';
import { type Answered, httpCall } from './http-call.js';
import { requestsOf } from './requests-of.js';
import { buildTwoSpaces, roleNames, type Side, type TwoSpaces } from './two-spaces.js';

const everywhere = new Set<Role>(['superuser', 'auditor']);
const cut = roleNames.filter((role) => !everywhere.has(role));
/** Signing out would end the question; figures differ from one moment to the next. */
const kept = new Set(['signOut', 'metrics']);

/** What the table says of a role at home: past the guard, or refused by name. */
function allowedAtHome(role: Role, route: Route): boolean {
  if (route.needs === 'open' || route.needs === 'signed-in') return true;
  const permission = route.needs === 'by-type' ? permissionForType('restart') : (route.needs as Permission);
  return roles[role].includes(permission) && (route.scope !== 'platform' || everywhere.has(role));
}

describe('every route, for every role, in its own and in a foreign space', () => {
  const running = withEdge();
  let world: TwoSpaces;
  let answered: Set<string>;

  beforeAll(async () => {
    world = await buildTwoSpaces(running.edge.address());
    const api = JSON.parse((await httpCall(running.edge.address().url, { method: 'GET', path: '/openapi.json', token: world.tokens.viewer! })).text) as { paths: Record<string, Record<string, { operationId: string }>> };
    answered = new Set(Object.values(api.paths).flatMap((path) => Object.values(path).map(({ operationId }) => operationId)));
  }, 60_000);

  const send = (role: Role, asked: Parameters<typeof httpCall>[1]) => httpCall(running.edge.address().url, { ...asked, token: world.tokens[role]! });
  const of = (side: Side) => requestsOf(side).filter(({ name }) => answered.has(name) && !kept.has(name));

  it('lets through at home what the role has, and refuses the rest by name', async () => {
    const wrong: string[] = [];
    for (const role of roleNames) {
      for (const { name, route, asked } of of(world.own)) {
        const { status, text } = await send(role, asked);
        if (route.scope === 'handler') continue;
        const refused = status === 403 || status === 401;
        if (refused === allowedAtHome(role, route)) wrong.push(`${role} ${name}: ${status} ${text.slice(0, 200)}`);
      }
    }
    expect(wrong).toEqual([]);
  }, 120_000);

  it('answers a foreign thing as one that does not exist', async () => {
    const wrong: string[] = [];
    const unknown = JSON.parse(JSON.stringify(world.foreign).replaceAll('xforeign', 'xunknown')) as Side;
    unknown.action = `${world.foreign.action.slice(0, -4)}0000`;
    for (const role of cut) {
      const there = of(world.foreign);
      const nowhere = of(unknown);
      for (const [index, { name, asked }] of there.entries()) {
        const [foreign, missing] = [await send(role, asked), await send(role, nowhere[index]!.asked)];
        const same = plain(foreign, world.foreign) === plain(missing, unknown);
        if (!same) wrong.push(`${role} ${name}:\n  ${foreign.status} ${foreign.text.slice(0, 300)}\n  ${missing.status} ${missing.text.slice(0, 300)}`);
      }
    }
    expect(wrong).toEqual([]);
  }, 120_000);

  it('shows nothing of the foreign space to a question that does not name it', async () => {
    const leaks: string[] = [];
    for (const role of cut) {
      for (const { name, asked } of of(world.own)) {
        const { text } = await send(role, { ...asked, path: asked.path.split('?')[0]! });
        if (/xforeign/.test(text) || text.includes(world.foreign.action)) leaks.push(`${role} ${name}: ${text.slice(0, 300)}`);
      }
    }
    expect(leaks).toEqual([]);
  }, 120_000);

  it('asks for a token everywhere but where the table says open', async () => {
    const statuses = await Promise.all(of(world.own).map(async ({ name, route, asked }) => ({ name, open: route.needs === 'open', refused: (await httpCall(running.edge.address().url, asked)).status === 401 })));
    expect(statuses.filter(({ name, open, refused }) => name !== 'signIn' && open === refused).map(({ name }) => name)).toEqual([]);
  });

  it('leaves the foreign space as it was', async () => {
    const { text } = await send('superuser', { method: 'GET', path: `/api/v1/spaces/xforeign/projects/${world.foreign.project}` });
    expect(JSON.parse(text)).toMatchObject({ environment: 'plain', config: { version: 'xforeign-1.tar.gz' } });
    expect((await send('superuser', { method: 'GET', path: '/api/v1/audit/verify' })).text).toMatch(/"ok":true/);
  });
});

/** An answer without what differs by nature: names, ids, times. */
function plain({ status, text }: Answered, side: Side): string {
  return `${status} ${text.replaceAll(side.action, 'ACTION').replaceAll(side.space, 'SIDE').replace(/"correlation_id":"[^"]*"/, '')}`;
}

import { beforeAll, describe, expect, it } from '@jest/globals';
import { routes } from '@edge/contracts';
import { withEdge } from './with-edge.js';

const inDescription = ({ method, path }: { method: string; path: string }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`;

describe('the routes of the running program', () => {
  const world = withEdge();
  let described: string[];

  beforeAll(async () => {
    const { paths } = await world.edge.client().get<{ paths: Record<string, object> }>('/openapi.json');
    described = Object.entries(paths).flatMap(([path, operations]) => Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`));
  }, 60_000);

  async function isHandled({ method, path }: { method: string; path: string }): Promise<boolean> {
    const { url, token } = world.edge.address();
    const ended = new AbortController();
    const body = ['GET', 'DELETE'].includes(method) ? {} : { body: '{}' };
    const answer = await fetch(new URL(path.replace(/:(\w+)/g, 'x'), url), { method, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, signal: ended.signal, ...body });
    const text = answer.status === 404 ? await answer.text() : '';
    ended.abort();
    return answer.status !== 405 && !text.includes('There is no route');
  }

  it('are those of the table, all handled and all described', async () => {
    const found = await Promise.all(Object.entries(routes).map(async ([name, route]) => ({ name, handled: await isHandled(route), described: described.includes(inDescription(route)) })));
    expect(found.filter(({ handled, described: told }) => !handled || !told)).toEqual([]);
    expect(described.filter((one) => !Object.values(routes).some((route) => inDescription(route) === one))).toEqual([]);
  }, 60_000);
});

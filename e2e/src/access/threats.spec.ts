import { beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EdgeClient } from '@edge/client';
import { repositoryRoot } from '../embedded/edge-process.js';
import { withEdge } from '../embedded/with-edge.js';
import { httpCall } from './http-call.js';
import { buildTwoSpaces, type TwoSpaces } from './two-spaces.js';

const read = (file: string) => readFileSync(join(repositoryRoot(), file), 'utf8');
const rows = [...read('docs/security.md').matchAll(/^\| (T\d+) \|.*\| ([^|]+) \|$/gm)].map(([, threat, shown]) => [threat!, shown!.split(' · ')] as const);

describe('docs/security.md', () => {
  it('has T1 to T30', () => {
    expect(rows.map(([threat]) => threat)).toEqual(Array.from({ length: 30 }, (_, index) => `T${index + 1}`));
  });

  it.each(rows)('names for %s tests that are there', (_threat, tests) => {
    const missing = tests.filter((test) => {
      const [, file, title] = /^`([^`]+)`: (.+)$/.exec(test.trim()) ?? [];
      return !file || !existsSync(join(repositoryRoot(), file)) || !read(file).replaceAll("\\'", "'").includes(title!.trim());
    });
    expect([tests.length > 0, missing]).toEqual([true, []]);
  });
});

describe('what a browser and a stream are given', () => {
  const running = withEdge();
  let world: TwoSpaces;

  beforeAll(async () => {
    world = await buildTwoSpaces(running.edge.address());
  }, 60_000);

  it('gives browsers a page that runs nothing but its own', async () => {
    const { headers, text } = await httpCall(running.edge.address().url, { method: 'GET', path: '/', headers: { accept: 'text/html' } });
    const policy = Object.fromEntries((headers.get('content-security-policy') ?? '').split('; ').map((part) => [part.split(' ')[0], part.split(' ').slice(1).join(' ')]));
    expect(policy).toMatchObject({ 'default-src': "'self'", 'frame-ancestors': "'none'", 'base-uri': "'none'", 'form-action': "'self'" });
    expect([policy['script-src'], headers.get('x-content-type-options'), /<script(?![^>]*\ssrc=)/.test(text)]).toEqual([undefined, 'nosniff', false]);
    const sources = readdirSync(join(repositoryRoot(), 'apps/console/src')).map((file) => read(`apps/console/src/${file}`)).join('\n');
    expect(sources).not.toMatch(/dangerouslySetInnerHTML|\.innerHTML|insertAdjacentHTML|document\.write|eval\(/);
  });

  it('tells a stream nothing of a foreign space', async () => {
    const { url, token } = running.edge.address();
    const seen: string[] = [];
    const stop = new AbortController();
    const listening = (async () => {
      for await (const event of new EdgeClient({ url, token: world.tokens.viewer! }).events('/api/v1/events', { signal: stop.signal })) seen.push(event.data);
    })().catch(() => undefined); // it ends by the abort
    for (const side of [world.foreign, world.own]) await httpCall(url, { method: 'POST', path: `/api/v1/actions/${side.action}/cancel`, token, body: { reason: `${side.space} ends` } });
    for (let tries = 0; tries < 200 && !seen.some((text) => text.includes(world.own.action)); tries++) await new Promise((resolve) => setTimeout(resolve, 50));
    stop.abort();
    await listening;
    expect([seen.some((text) => text.includes(world.own.action)), seen.filter((text) => /xforeign/.test(text) || text.includes(world.foreign.action))]).toEqual([true, []]);
  }, 60_000);
});

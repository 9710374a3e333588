import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, Global, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Caller } from '@edge/contracts';
import { Access, Audit } from '@edge/ports';
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fastify } from 'fastify';
import { createHttpApp, createLogger, Handles, Scopes } from '../index.js';
import { endConnections } from './end-connections.js';

class AllAccess extends Access {
  async authenticate(): Promise<Caller> {
    return { subject: 'user:asha', name: 'Asha', interactive: true };
  }
  async may() {
    return { allowed: true, why: '' };
  }
  async visibleSpaces(): Promise<'all'> {
    return 'all';
  }
}
class NoAudit extends Audit {
  async write(): Promise<void> {
    return undefined;
  }
}

const megabytes = 24;
let arrive: () => void;
let answer: () => void;

@Controller()
class SlowController {
  @Handles('showAction') async show(): Promise<object> {
    arrive();
    await new Promise<void>((resolve) => { answer = resolve; });
    return { action_id: 'a-1' };
  }
  @Handles('listActions') list(): object {
    return { items: 'x'.repeat(megabytes * 1_048_576) };
  }
}

const shared = [{ provide: Access, useClass: AllAccess }, { provide: Audit, useClass: NoAudit }];
@Global() @Module({ controllers: [SlowController], providers: shared, exports: shared })
class SpecModule {
  constructor(scopes: Scopes) {
    scopes.register('action', async () => [{ space: 'hotels', project: 'booking' }]);
  }
}

describe('the end of HTTP', () => {
  let app: NestFastifyApplication | undefined;
  const agent = new Agent({ keepAlive: true });
  afterEach(() => app?.close());

  async function listening(): Promise<number> {
    app = await createHttpApp(SpecModule, { log: createLogger({ name: 'spec', level: 'silent' }) });
    await app.listen(0, '127.0.0.1');
    return Number(new URL(await app.getUrl()).port);
  }
  const get = (port: number, path: string) => new Promise<{ answer: IncomingMessage; socket: Socket }>((resolve, reject) => {
    const sent = request({ port, host: '127.0.0.1', path, agent, headers: { authorization: 'Bearer x' } }, (got) => resolve({ answer: got, socket: sent.socket! }));
    sent.once('error', reject).end();
  });
  const textOf = async (message: IncomingMessage) => Buffer.concat(await message.toArray() as Buffer[]).toString();

  it('gives its answer to who asked before, takes nobody new, and closes kept connections at once', async () => {
    const port = await listening();
    const kept = await get(port, '/livez');
    await textOf(kept.answer);
    await sleep(20); // the agent keeps it, and takes another one below
    const keptEnds = once(kept.socket, 'close');
    const other = new Agent({ keepAlive: true });
    const asked = new Promise<void>((resolve) => { arrive = resolve; });
    const waits = new Promise<IncomingMessage>((resolve, reject) => void request({ port, host: '127.0.0.1', path: '/api/v1/actions/a-1', agent: other, headers: { authorization: 'Bearer x' } }, resolve).once('error', reject).end());
    await asked;
    const closed = app!.close();
    await keptEnds;
    const [refusal] = await once(connect(port, '127.0.0.1'), 'error') as [NodeJS.ErrnoException];
    expect(refusal.code).toBe('ECONNREFUSED');
    answer();
    const got = await waits;
    expect([got.statusCode, got.headers.connection, await textOf(got)]).toEqual([200, 'close', '{"action_id":"a-1"}']);
    await closed;
  });

  it('ends fast when nobody is to be answered', async () => {
    const port = await listening();
    await textOf((await get(port, '/livez')).answer);
    const began = performance.now();
    await app!.close();
    expect(performance.now() - began).toBeLessThan(1_000);
  });

  it('lets an answer out whole that is being sent', async () => {
    const port = await listening();
    const { answer: got } = await get(port, '/api/v1/actions');
    const closed = app!.close();
    await sleep(200);
    expect((await textOf(got)).length).toBeGreaterThan(megabytes * 1_048_576);
    await closed;
  });

  it('gives up at last what is never answered', async () => {
    const server = fastify({ forceCloseConnections: false });
    endConnections(server, 200);
    const arrived = new Promise<void>((resolve) => { arrive = resolve; });
    server.get('/', () => {
      arrive();
      return new Promise(() => undefined);
    });
    const url = await server.listen({ port: 0, host: '127.0.0.1' });
    const cut = get(Number(new URL(url).port), '/').then(() => 'answered', (error: NodeJS.ErrnoException) => error.code);
    await arrived;
    await server.close();
    expect(await cut).toBe('ECONNRESET');
  });
});

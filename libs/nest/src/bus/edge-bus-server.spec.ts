import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, type INestApplication, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Ctx, EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { errors } from '@edge/contracts';
import { ActionRequested, CommandsRunning, type Envelope } from '@edge/contracts/messages';
import type { DeliveredRecord } from '@edge/ports';
import { DirectBus, settled, SteppedClock } from '@edge/testing/stepped';
import { Observable } from 'rxjs';
import { createLogger } from '../log/index.js';
import { connectBus } from './connect-bus.js';
import type { EdgeContext } from './edge-context.js';
import { toRecord } from './publisher.js';

const facts = { correlationId: 'a1', source: 'edge/test' };
const requested = (action: string) => toRecord('edge.actions', action, Object.assign(new ActionRequested(), { action }), { ...facts, id: `id-${action}` });
const running = (action: string) => toRecord('edge.actions', action, Object.assign(new CommandsRunning(), { action, executor: 'x', commands: ['c'] }), facts);

const byText = (a: unknown, b: unknown): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

const apps: INestApplication[] = [];
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
});

async function serve(...controllers: Type[]) {
  class Handlers {}
  Module({ controllers })(Handlers);
  const app = await NestFactory.create(Handlers, new FastifyAdapter(), { logger: false });
  await app.init();
  const bus = new DirectBus();
  const clock = new SteppedClock();
  const failures: string[] = [];
  const server = connectBus(app, { bus, clock, log: createLogger({ name: 'test', level: 'silent' }), source: 'edge/test', drainMs: 1000, failed: (cause) => failures.push(cause.message) });
  const start = async (): Promise<void> => {
    await app.startAllMicroservices();
    apps.push(app);
  };
  const publish = async (...records: Parameters<DirectBus['publish']>[0]): Promise<void> => {
    await bus.publish(records);
    await settled();
  };
  return { app, bus, clock, server, failures, start, publish };
}

describe('EdgeBusServer', () => {
  it('hands checked envelopes and their context to every handler of every group', async () => {
    const heard: unknown[] = [];
    @Controller()
    class Listeners {
      @EventPattern<string>('edge.actions', { group: 'one' })
      first(@Payload() envelope: Envelope, @Ctx() context: EdgeContext) {
        heard.push(['first', envelope.id, envelope.data instanceof ActionRequested, envelope.correlationid, context.key, context.attempt, context.record.offset, context.signal.aborted]);
      }

      @EventPattern<string>('edge.actions', { group: 'one' })
      second({ data }: Envelope) { heard.push(['second', data]); }

      @EventPattern<string>('edge.actions', { group: 'two' })
      other({ type }: Envelope) { heard.push(['other', type]); }
    }
    const { bus, clock, publish, start } = await serve(Listeners);
    await start();
    await publish(requested('a1'));
    expect(heard.toSorted(byText)).toEqual([['first', 'id-a1', true, 'a1', 'a1', 1, '0', false], ['other', 'edge.action.requested.v1'], ['second', { action: 'a1' }]]);
    await clock.pass(1000);
    expect(Object.fromEntries(bus.committed)).toEqual({ 'edge.actions one': '1', 'edge.actions two': '1' });
  });

  it('is done with a record only when the stream that a handler answers has ended', async () => {
    let end: () => void = () => undefined;
    @Controller()
    class Streams {
      @EventPattern<string>('edge.actions', { group: 'g' })
      handle(): Observable<never> { return new Observable((subscriber) => { end = () => subscriber.complete(); }); }
    }
    const { bus, clock, publish, start } = await serve(Streams);
    await start();
    await publish(requested('a1'));
    await clock.pass(1000);
    expect(bus.committed.size).toBe(0);
    end();
    await settled();
    await clock.pass(1000);
    expect(bus.committed.get('edge.actions g')).toBe('1');
  });

  it('makes dead letters of what it cannot read, with the cause, and goes on', async () => {
    const heard: string[] = [];
    @Controller()
    class Reader {
      @EventPattern<string>('edge.actions', { group: 'g' })
      handle({ id }: Envelope) { heard.push(id); }
    }
    const { bus, publish, start } = await serve(Reader);
    await start();
    const good = requested('a1');
    await publish({ ...good, value: '{' }, { ...good, headers: {} }, { ...good, headers: { ...good.headers, ce_type: 'edge.unheard.of.v1' } }, { ...good, value: '{"action":7}' }, good);
    expect(heard).toEqual(['id-a1']);
    const letters = bus.of('edge.dlq').map((record) => JSON.parse(record.value) as { cause: string; value: string; offset: string; group: string });
    expect(letters.map(({ cause }) => cause)).toEqual([
      'Its value is not JSON.', 'It has no ce_id or no ce_type header: it is no CloudEvent in binary mode.', 'The event type "edge.unheard.of.v1" is not known.', expect.stringContaining('/action'),
    ]);
    expect(letters[0]).toMatchObject({ value: '{', offset: '0', group: 'g', topic: 'edge.actions', key: 'a1', attempts: 1 });
  });

  it('leaves one group, whose records in hand end, and stays ready for the others', async () => {
    const [heard, ends]: [string[], (() => void)[]] = [[], []];
    @Controller()
    class Readers {
      @EventPattern<string>('edge.actions', { group: 'leaves' })
      slow({ id }: Envelope) { heard.push(`leaves ${id}`); return new Promise<void>((resolve) => ends.push(resolve)); }

      @EventPattern<string>('edge.actions', { group: 'stays' })
      other({ id }: Envelope) { heard.push(`stays ${id}`); }
    }
    const { bus, clock, publish, server, start } = await serve(Readers);
    await start();
    await publish(requested('a1'), requested('a2'));
    const left = server.leave('leaves');
    await publish(requested('a3'));
    ends[0]!();
    await settled();
    await clock.pass(5_000);
    await left;
    expect(heard.toSorted()).toEqual(['leaves id-a1', 'leaves id-a2', 'stays id-a1', 'stays id-a2', 'stays id-a3']);
    expect(Object.fromEntries(bus.committed)).toEqual({ 'edge.actions leaves': '1', 'edge.actions stays': '3' });
    expect(server.readiness()).toMatchObject({ ok: true, detail: '1 consumers' });
    ends[1]!();
  });

  it('tries failures again and then makes a dead letter, but waits for stores that are away and for patient handlers', async () => {
    const attempts: Record<string, number> = {};
    const count = (name: string, error: Error): never => {
      attempts[name] = (attempts[name] ?? 0) + 1;
      throw error;
    };
    @Controller()
    class Failing {
      @EventPattern<string>('edge.actions', { group: 'plain' }) plain() { count('plain', new Error('broken')); }
      @EventPattern<string>('edge.actions', { group: 'away' }) away() { count('away', errors.unavailable('The store is away.')); }
      @EventPattern<string>('edge.actions', { group: 'patient', patient: true }) patient() { count('patient', new Error('broken')); }
      @EventPattern<string>('edge.actions', { group: 'useless', patient: true }) useless() { count('useless', errors.badRequest('It makes no sense.')); }
    }
    const { bus, clock, publish, start } = await serve(Failing);
    await start();
    await publish(requested('a1'));
    for (let n = 0; n < 30; n += 1) await clock.pass(10_000);
    const letters = bus.of('edge.dlq').map((record) => JSON.parse(record.value) as { group: string; cause: string });
    expect(letters.map(({ group, cause }) => [group, cause]).toSorted(byText)).toEqual([['plain', 'broken'], ['useless', 'It makes no sense.']]);
    expect(attempts).toMatchObject({ plain: 5, useless: 5 });
    expect([(attempts.away ?? 0) > 20, (attempts.patient ?? 0) > 20]).toEqual([true, true]);
  });

  it('lets control messages pass the lane, and lanes be chosen', async () => {
    const heard: string[] = [];
    const wait = new Promise<void>(() => undefined);
    @Controller()
    class Lanes {
      @EventPattern<string>('edge.actions', { group: 'g', control: ['edge.command.running.v1'] })
      control({ type }: Envelope) {
        heard.push(type);
        return wait;
      }

      @EventPattern<string>('edge.actions', { group: 'lanes', laneOf: () => 'one for all' })
      lane({ id }: Envelope) {
        heard.push(id);
        return wait;
      }
    }
    const { clock, publish, start } = await serve(Lanes);
    await start();
    await publish(requested('a1'), requested('a2'), running('a1'), requested('a1'));
    expect(heard.toSorted()).toEqual(['edge.action.requested.v1', 'edge.action.requested.v1', 'edge.command.running.v1', 'id-a1']);
    await Promise.all([apps.pop()?.close(), settled().then(() => clock.pass(1000))]);
  });

  it('gives those who watch a group of their own, from now on, and never commits for them', async () => {
    const heard: string[] = [];
    @Controller()
    class Live {
      @EventPattern<string>('edge.actions', { group: 'live', perProcess: true })
      handle({ id }: Envelope) { heard.push(id); }
    }
    const { bus, clock, publish, start } = await serve(Live);
    await publish(requested('before'));
    await start();
    await publish(requested('after'));
    await clock.pass(5000);
    expect([heard, bus.committed.size, bus.groups('edge.actions')]).toEqual([['id-after'], 0, [expect.stringMatching(/^live-.{20,}/)]]);
  });

  it('lets those who watch from now on hear what the others say as soon as they begin', async () => {
    const heard: string[] = [];
    @Controller()
    class WorkAndLive {
      @EventPattern<string>('edge.actions', { group: 'work' })
      async work() { await bus.publish([toRecord('edge.output', 'a1', Object.assign(new ActionRequested(), { action: 'a1' }), { ...facts, id: 'said' })]); }

      @EventPattern<string>('edge.output', { group: 'live', perProcess: true })
      watch({ id }: Envelope) { heard.push(id); }
    }
    const { bus, publish, start } = await serve(WorkAndLive);
    await publish(requested('left from before'));
    const subscribe = bus.subscribe.bind(bus);
    bus.subscribe = async (subscription, consumer) => {
      if (subscription.topic === 'edge.output') await settled();
      return subscribe(subscription, consumer);
    };
    await start();
    await settled();
    expect(heard).toEqual(['said']);
  });

  it('hands over records as they came where that is asked for', async () => {
    const heard: DeliveredRecord[] = [];
    @Controller()
    class Raw {
      @EventPattern<string>('edge.requests', { group: 'g', raw: true })
      handle(record: DeliveredRecord) { heard.push(record); }
    }
    const { publish, start } = await serve(Raw);
    await start();
    await publish({ topic: 'edge.requests', key: '', headers: { 'Content-Type': 'x' }, value: 'anything' });
    expect(heard).toMatchObject([{ value: 'anything', headers: { 'Content-Type': 'x' } }]);
  });

  it('is ready only while records reach every handler', async () => {
    @Controller()
    class Ready { @EventPattern<string>('edge.actions', { group: 'g' }) handle() { return undefined; } }
    const { app, bus, failures, server, start } = await serve(Ready);
    expect(server.readiness()).toMatchObject({ ok: false, detail: 'The bus is not read yet.' });
    await start();
    expect(server.readiness()).toMatchObject({ ok: true, consumers: [{ topic: 'edge.actions', group: 'g', alive: true }] });
    expect(bus.topics.has('edge.dlq')).toBe(true);
    bus.fail('edge.actions', new Error('gone'));
    expect([server.readiness().ok, server.readiness().detail, failures]).toEqual([false, 'Nothing reaches: edge.actions for g.', ['gone']]);
    await app.close();
    expect(server.readiness()).toMatchObject({ ok: false, detail: 'The bus is no longer read.' });
  });

  it('drains before stores are closed', async () => {
    const order: string[] = [];
    let end: () => void = () => undefined;
    @Controller()
    class Slow {
      @EventPattern<string>('edge.actions', { group: 'g' })
      async handle(): Promise<void> {
        await new Promise<void>((resolve) => { end = resolve; });
        order.push('handled');
      }

      onApplicationShutdown(): void { order.push('stores closed'); }
    }
    const { app, bus, publish, start } = await serve(Slow);
    await start();
    await publish(requested('a1'));
    const closed = app.close();
    await settled();
    end();
    await closed;
    expect([order, bus.committed.get('edge.actions g')]).toEqual([['handled', 'stores closed'], '1']);
  });

  it('refuses request-reply and handlers without a group', async () => {
    @Controller()
    class Asks { @MessagePattern('edge.actions') handle() { return 'no'; } }
    @Controller()
    class Nameless { @EventPattern<string>('edge.actions') handle() { return undefined; } }
    await expect(serve(Asks)).rejects.toThrow('no request-reply');
    await expect(serve(Nameless)).rejects.toThrow('name the group');
  });
});

import type { DynamicModule } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { EdgeError, topics } from '@edge/contracts';
import type { Bus } from '@edge/ports';
import { connectBus } from '../bus/connect-bus.js';
import type { EdgeBusServer } from '../bus/edge-bus-server.js';
import { SystemClock } from '../bus/system-clock.js';
import { createHttpApp, type HttpOptions } from '../http/create-http-app.js';
import { createLogger } from '../log/create-logger.js';
import type { Log } from '../log/log.js';
import { type Check, Readiness } from '../rim/readiness.js';
import { SettingsError } from '../settings/typed-env.js';
import { type RimEnv, tlsOf } from './cluster-settings.js';
import { untilThere } from './until-there.js';

/** A wired program of a cluster. */
export interface Program {
  module: DynamicModule;
  /** Absent where nothing is read from or sent to the bus. */
  bus?: Bus;
  /** What `/readyz` asks besides the bus. */
  checks: Record<string, () => Promise<Check>>;
  http?: Pick<HttpOptions, 'console' | 'forward' | 'behindGateway'>;
  /** Once everything is connected, before it is read or answered. */
  prepare?(app: NestFastifyApplication, server: EdgeBusServer | undefined): Promise<void>;
}

/** What is in work may end by itself for so long; what has not ended then is another process's. */
export const drainMs = 18_000;
const lastMs = 25_000;

/**
 * Runs one service until a signal ends it: settings, engines, bus, HTTP. Exit codes: 0 drained, 1 failed, 2 settings.
 * @param name as its folder: `log-shipper`
 */
export async function runProgram<E extends RimEnv>(name: string, { readEnv, wire }: { readEnv: () => E; wire: (env: E, log: Log) => Promise<Program> }): Promise<void> {
  try {
    const env = readEnv();
    const log = createLogger({ name, level: env.logLevel });
    await start(name, { env, log, program: await wire(env, log) });
  } catch (error) {
    const said = error instanceof EdgeError || error instanceof SettingsError || (error as NodeJS.ErrnoException).code !== undefined;
    console.error(said ? sentence(error as Error) : error);
    process.exit(error instanceof SettingsError ? 2 : 1);
  }
}

async function start(name: string, { env, log, program }: { env: RimEnv; log: Log; program: Program }): Promise<void> {
  const tls = tlsOf(env);
  const app = await createHttpApp(program.module, { log, ...(tls ? { tls } : {}), ...(env.trustedProxy ? { trustedProxy: env.trustedProxy } : {}), ...program.http });
  endInTime(log);
  await app.init();
  const { bus } = program;
  const server = bus && connectBus(app, { bus, clock: new SystemClock(), log, source: `edge/${name}`, drainMs, failed: (cause) => giveUp(log, cause) });
  const readiness = app.get(Readiness);
  if (server) readiness.register('bus', async () => server.readiness());
  for (const [what, check] of Object.entries(program.checks)) readiness.register(what, check);
  if (bus) await untilThere('Kafka', () => bus.ensureTopics(Object.values(topics)), log);
  await program.prepare?.(app, server);
  await app.startAllMicroservices();
  readiness.reads();
  await app.listen(env.port, env.host);
  log.info({ url: await app.getUrl(), sinceStartMs: Math.round(performance.now()) }, 'listening');
}

/** Whoever started us gives us a little longer than this before it kills; then at least the log says so. */
function endInTime(log: Log): void {
  const end = () => setTimeout(() => {
    log.warn({ afterMs: lastMs }, 'not drained in time; what was in work is left to another process');
    process.exit(1);
  }, lastMs).unref();
  process.once('SIGTERM', end).once('SIGINT', end);
}

/** A dead consumer must not look alive: the process ends, and whoever watches it starts it again. */
function giveUp(log: Log, cause: Error): void {
  log.error({ error: cause.message }, 'the bus gave up; ending');
  process.exit(1);
}

function sentence(error: NodeJS.ErrnoException): string {
  if (error.code === 'EADDRINUSE') return `The port is in use (${error.message}): set EDGE_PORT to another one, or 0 for any free one.`;
  return error.message;
}

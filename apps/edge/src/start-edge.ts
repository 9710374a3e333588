import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AclService } from '@edge/acl';
import { ConfigService, registerScripts } from '@edge/config';
import { Intake } from '@edge/executor';
import { connectBus, createHttpApp, createLogger, drainMs, type Log, Readiness, SystemClock } from '@edge/nest';
import type { SqliteStores } from '@edge/sqlite';
import { seedDemo } from './demo/seed-demo.js';
import { adoptOrStartFleet, stopFleet } from './demo/demo-fleet.js';
import { welcome } from './demo/print-welcome.js';
import { writeEdgeFile } from './edge-file.js';
import type { EdgeEnv } from './env.js';
import { keptFile } from './keys-folder.js';
import { startRetention } from './retention.js';
import { wire } from './wire.js';

/** Runs Edge until a signal ends it, over stores that are being opened. Resolves when it listens. */
export async function startEdge(env: EdgeEnv, { demo, opening }: { demo: boolean; opening: Promise<SqliteStores> }): Promise<void> {
  const log = createLogger({ name: 'edge', level: env.logLevel });
  const fleet = demo ? adoptOrStartFleet(env.data) : undefined;
  fleet?.catch(() => undefined); // awaited below; a failure before that must not end the process without its sentence
  const stores = await opening;
  for (const note of stores.notes) log.warn({}, note);
  const { module, scripts, listensAt } = await wire(env, { stores, log, ...(demo ? { identity: join(env.data, 'demo', 'keys', 'deploy') } : {}) });
  const app = await createHttpApp(module, { log, console: fileURLToPath(new URL('../../console/dist', import.meta.url)), ...(env.tls ? { tls: env.tls } : {}), ...(env.trustedProxy ? { trustedProxy: env.trustedProxy } : {}) });
  await app.init();
  const bus = connectBus(app, { bus: stores.bus, clock: new SystemClock(), log, source: 'edge/edge', drainMs, failed: (cause) => end(log, cause) });
  app.get(Intake).follow(bus);
  app.get(Readiness).register('bus', async () => bus.readiness());
  app.get(Readiness).register('documents', () => stores.documents.health());
  app.get(Readiness).register('journal', () => stores.journal.health());
  await registerScripts(app.get(ConfigService), scripts, log);
  const token = await administratorToken(env.data, app.get(AclService));
  await app.startAllMicroservices();
  app.get(Readiness).reads();
  await app.listen(env.port, env.host);
  const stopRetention = startRetention(stores, { retentionMs: env.retention, log });
  const url = await app.getUrl();
  listensAt(url);
  const started = fleet ? await seedDemo({ url, token, started: await fleet }) : undefined;
  const removeFile = writeEdgeFile(env.data, { url, token });
  process.once('exit', () => {
    stopRetention();
    removeFile();
  });
  if (demo) process.on('SIGINT', () => void stopFleet(env.data));
  process.stderr.write(`${welcome({ url, code: await app.get(AclService).signInCode(), data: env.data, demo: started })}\n`);
  log.info({ url, sinceStartMs: Math.round(performance.now()) }, 'listening');
}

/** Made once, kept readable by its owner alone, so that a restart finds it again. */
async function administratorToken(data: string, acl: AclService): Promise<string> {
  const token = keptFile(data, 'administrator.token', () => `edge_${crypto.getRandomValues(Buffer.alloc(24)).toString('base64url')}\n`).trim();
  await acl.ensureFirstAdministrator(token);
  return token;
}

/** A dead consumer must not look alive: the process ends, and whoever watches it starts it again. */
function end(log: Log, cause: Error): void {
  log.error({ error: cause.message }, 'the bus gave up; ending');
  process.exit(1);
}

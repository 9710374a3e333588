import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { checkCommand } from '@edge/command-policy';
import { ExecutorRoster } from '@edge/engine';
import { HttpAccess, HttpAudit, HttpHostReach, ServiceClient } from '@edge/http-services';
import { KafkaBus } from '@edge/kafka';
import { openMongo } from '@edge/mongo';
import { assemble, kafkaAccess, Log, lookUpSecret, type Program, readSecretsKeys, ServiceToken, SystemClock, untilThere } from '@edge/nest';
import { Access, Audit, Bus, Clock, Documents, ExecutorWatch, HostKeyWatch, HostReach, ScriptHost } from '@edge/ports';
import { loadScripts, WorkerScriptHost } from '@edge/script-host';
import { BusConfigFacts } from './bus-config-facts.js';
import { CommandRules } from './checks/command-rules.js';
import { ConfigFacts } from './config-facts.js';
import { ConfigModule } from './config.module.js';
import { ConfigService } from './config.service.js';
import type { ConfigEnv } from './env.js';
import { GivenSecrets } from './secrets/given-secrets.js';
import { HostKeyChanges } from './host-keys/host-key-changes.js';
import { PendingKeys } from './host-keys/pending-keys.js';
import { registerScripts } from './scripts/register-scripts.js';
import { SecretKeys } from './secrets/secrets.service.js';
import { ConfigServiceModule } from './service/config-service.module.js';

/** A host may take its time to be connected to; the executor gives up before that. */
const hostWithinMs = 60_000;

/** The config service of a cluster: MongoDB; Kafka, to tell changes; the acl and, for hosts, an executor over HTTP; scripts in threads. */
export async function wire(env: ConfigEnv, log: Log): Promise<Program> {
  const secretKeys = new SecretKeys(readSecretsKeys(env.keys, log));
  const kafka = kafkaAccess(env);
  const kit = await readFile(fileURLToPath(new URL('./kit.js', import.meta.url)), 'utf8');
  const scripts = await loadScripts({ kit, folders: [fileURLToPath(new URL('./scripts', import.meta.url)), ...(env.scripts ? [env.scripts] : [])] });
  const [stores, bus] = await Promise.all([
    untilThere('MongoDB', () => openMongo({ url: env.mongoUrl }), log),
    untilThere('Kafka', () => KafkaBus.open({ ...kafka, clientId: `edge-config-${hostname()}`, log: (level, message, fields) => log[level](fields, message) }), log),
  ]);
  const acl = new ServiceClient({ name: 'acl', url: env.aclUrl, token: env.serviceToken });
  const clock = new SystemClock();
  const executor = env.executorUrl ? new ServiceClient({ name: 'executor', url: env.executorUrl, token: env.serviceToken, withinMs: hostWithinMs, tries: 1 }) : undefined;
  const scriptHost = new WorkerScriptHost({ threads: 1 });
  const ports = [
    { provide: Bus, useValue: bus }, { provide: Documents, useValue: stores.documents }, { provide: Clock, useValue: clock }, { provide: Log, useValue: log },
    { provide: Access, useValue: new HttpAccess(acl) }, { provide: Audit, useValue: new HttpAudit(acl) }, { provide: ScriptHost, useValue: scriptHost },
    { provide: SecretKeys, useValue: secretKeys }, { provide: GivenSecrets, useValue: new GivenSecrets(lookUpSecret(env)) }, { provide: CommandRules, useValue: { refusal: refusalOf } }, { provide: ConfigFacts, useClass: BusConfigFacts },
    { provide: HostKeyWatch, useValue: new HostKeyChanges(new PendingKeys(stores.documents), bus, clock) }, ...(executor ? [{ provide: HostReach, useValue: new HttpHostReach(executor) }] : []),
    { provide: ExecutorWatch, useValue: new ExecutorRoster(stores.documents, clock) }, { provide: ServiceToken, useValue: new ServiceToken(env.serviceToken) },
  ];
  const close = async () => {
    await scriptHost.close();
    await Promise.all([bus.close(), stores.close()]);
  };
  return {
    module: assemble({ ports, modules: [ConfigModule, ConfigServiceModule], close }),
    bus,
    http: { behindGateway: env.serviceToken },
    checks: { documents: () => stores.documents.health(), acl: () => acl.health() },
    prepare: (app) => untilThere('MongoDB', () => registerScripts(app.get(ConfigService), scripts, log), log),
  };
}

function refusalOf(command: string): { rule: string; detail: string; instead?: string } | undefined {
  const { verdict, rule, detail, instead } = checkCommand(command);
  return verdict === 'deny' ? { rule, detail, ...(instead ? { instead } : {}) } : undefined;
}

import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { checkCommand } from '@edge/command-policy';
import { newId } from '@edge/contracts';
import { ElasticLogIndex } from '@edge/elasticsearch';
import { Acceptance, type AcceptanceDeps, Calls, planner } from '@edge/engine';
import { HaproxyLoadBalancer } from '@edge/haproxy';
import { HttpManagerLoadBalancer } from '@edge/http-manager';
import { HttpAccess, HttpAudit, HttpConfigReader, NodeNetwork, ServiceClient } from '@edge/http-services';
import { KafkaBus } from '@edge/kafka';
import { openMongo } from '@edge/mongo';
import { assemble, kafkaAccess, LateLogIndex, loadBalancersBy, Log, type Program, readKeyring, SystemClock, untilThere } from '@edge/nest';
import { Access, Audit, Bus, Clock, ConfigReader, Documents, Effects, Journal, Keyring, LogIndex, ScriptHost } from '@edge/ports';
import { WorkerScriptHost } from '@edge/script-host';
import type { GatewayEnv } from './env.js';
import { GatewayModule } from './gateway.module.js';

/** The gateway of a cluster: all three engines, config and acl over HTTP; their public routes are passed on to them. */
export async function wire(env: GatewayEnv, log: Log): Promise<Program> {
  const keyring = readKeyring(env.keys, { signs: ['grant', 'signal', 'receipt'], trusts: [], log });
  const kafka = kafkaAccess(env);
  const logIndex = new LateLogIndex('Elasticsearch', { open: () => ElasticLogIndex.open({ url: env.elasticUrl, use: 'reading' }), log });
  const [{ documents, journal, close: closeMongo }, bus] = await Promise.all([
    untilThere('MongoDB', () => openMongo({ url: env.mongoUrl }), log),
    untilThere('Kafka', () => KafkaBus.open({ ...kafka, clientId: `edge-gateway-${hostname()}`, log: (level, message, fields) => log[level](fields, message) }), log),
  ]);
  const acl = new ServiceClient({ name: 'acl', url: env.aclUrl, token: env.serviceToken });
  const config = new ServiceClient({ name: 'config', url: env.configUrl, token: env.serviceToken });
  const [clock, network, scriptHost, reader] = [new SystemClock(), new NodeNetwork(), new WorkerScriptHost({ threads: 1 }), new HttpConfigReader(config)];
  const effects = new Calls({ clock, documents, network, loadBalancer: loadBalancersBy({ haproxy: (one) => new HaproxyLoadBalancer(one), 'http-manager': (one) => new HttpManagerLoadBalancer(one, network) }) });
  const acceptance = new Acceptance(acceptanceDeps({ documents, journal, keyring, clock, scriptHost, config: reader, bus, effects, log }));
  const ports = [
    { provide: Bus, useValue: bus }, { provide: Documents, useValue: documents }, { provide: Journal, useValue: journal }, { provide: LogIndex, useValue: logIndex }, { provide: Clock, useValue: clock },
    { provide: Keyring, useValue: keyring }, { provide: ScriptHost, useValue: scriptHost }, { provide: Log, useValue: log }, { provide: Effects, useValue: effects }, { provide: ConfigReader, useValue: reader },
    { provide: Access, useValue: new HttpAccess(acl) }, { provide: Audit, useValue: new HttpAudit(acl) }, { provide: Acceptance, useValue: acceptance },
  ];
  const close = async () => {
    await scriptHost.close();
    await Promise.all([bus.close(), closeMongo(), logIndex.close()]);
  };
  const pages = fileURLToPath(new URL('../../console/dist', import.meta.url));
  return {
    module: assemble({ ports, modules: [GatewayModule], close }),
    bus,
    http: { ...(existsSync(pages) ? { console: pages } : {}), forward: { to: { acl: env.aclUrl, config: env.configUrl }, serviceToken: env.serviceToken } },
    // The log index is for people: without it Edge goes on, so it is told in /api/v1/system and not here.
    checks: { documents: () => documents.health(), journal: () => journal.health(), acl: () => acl.health(), config: () => config.health() },
  };
}

interface Parts { documents: Documents; journal: Journal; keyring: Keyring; clock: Clock; scriptHost: ScriptHost; config: ConfigReader; bus: Bus; effects: Effects; log: Log }

function acceptanceDeps({ bus, effects, log, ...ports }: Parts): AcceptanceDeps {
  const { config, clock, scriptHost } = ports;
  return {
    ...ports, publish: (records) => bus.publish(records), checkCommand, newId: () => newId(clock.now()), note: (facts, text) => log.warn(facts, text),
    plan: planner({
      scriptHost, effects, clock, checkCommand, script: (sha) => config.script(sha),
      rules: async ({ space, environment }) => (await config.rules({ space, environment, at: new Date(clock.now()).toISOString() })).policies,
    }),
  };
}

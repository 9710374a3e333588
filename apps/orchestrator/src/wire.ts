import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { topics } from '@edge/contracts';
import { Calls, defaultLimits, mayStart, Runtime, type RuntimeDeps, verdictUrls, writeBackVersion } from '@edge/engine';
import { HaproxyLoadBalancer } from '@edge/haproxy';
import { HttpManagerLoadBalancer } from '@edge/http-manager';
import { HttpAccess, HttpAudit, HttpConfigReader, NodeNetwork, ServiceClient } from '@edge/http-services';
import { KafkaBus } from '@edge/kafka';
import { openMongo } from '@edge/mongo';
import { assemble, hourly, kafkaAccess, loadBalancersBy, Log, type Program, pruneActions, pruneDated, readKeyring, SystemClock, untilThere } from '@edge/nest';
import { Access, Audit, Bus, type Clock, type ConfigReader, Documents, type Journal, type Keyring } from '@edge/ports';
import { WorkerScriptHost } from '@edge/script-host';
import { ActionOwnership, PartitionOwnership } from './action-ownership.js';
import type { OrchestratorEnv } from './env.js';
import { OrchestratorModule } from './orchestrator.module.js';

/** An orchestrator of a cluster: Kafka and MongoDB, config over HTTP, scripts in threads. Actions are whose partition they are in. */
export async function wire(env: OrchestratorEnv, log: Log): Promise<Program> {
  const keyring = readKeyring(env.keys, { signs: ['command'], trusts: ['grant', 'result', 'signal'], log });
  const kafka = kafkaAccess(env);
  const [{ documents, journal, close: closeMongo }, bus] = await Promise.all([
    untilThere('MongoDB', () => openMongo({ url: env.mongoUrl }), log),
    untilThere('Kafka', () => KafkaBus.open({ ...kafka, clientId: `edge-orchestrator-${hostname()}`, log: (level, message, fields) => log[level](fields, message) }), log),
  ]);
  const acl = new ServiceClient({ name: 'acl', url: env.aclUrl, token: env.serviceToken });
  const config = new ServiceClient({ name: 'config', url: env.configUrl, token: env.serviceToken });
  const scriptHost = new WorkerScriptHost();
  const ownership = new PartitionOwnership();
  const runtime = new Runtime(runtimeDeps({ documents, journal, keyring, clock: new SystemClock(), config: new HttpConfigReader(config), bus, scriptHost, log, publicUrl: env.publicUrl }));
  const ports = [
    { provide: Bus, useValue: bus }, { provide: Documents, useValue: documents }, { provide: Log, useValue: log }, { provide: Runtime, useValue: runtime },
    { provide: Access, useValue: new HttpAccess(acl) }, { provide: Audit, useValue: new HttpAudit(acl) }, { provide: ActionOwnership, useValue: ownership },
  ];
  const close = async () => {
    await scriptHost.close();
    await Promise.all([bus.close(), closeMongo()]);
  };
  return {
    module: assemble({ ports, modules: [OrchestratorModule], close }),
    bus,
    checks: { documents: () => documents.health(), journal: () => journal.health(), config: () => config.health() },
    prepare: async (_app, server) => {
      ownership.follow({
        partitions: () => (server?.readiness().consumers ?? []).filter(({ topic }) => topic === topics.actions.name).flatMap(({ partitions }) => partitions.map(({ partition }) => partition)),
        partitionOf: (topic, key) => bus.partitionOf(topic, key),
      });
      hourly(log, async () => ({ actions: await pruneActions({ documents, journal }, Date.now() - env.retention), others: await pruneDated(documents, { now: Date.now(), retentionMs: env.retention }) }));
    },
  };
}

interface Parts { documents: Documents; journal: Journal; keyring: Keyring; clock: Clock; config: ConfigReader; bus: Bus; scriptHost: WorkerScriptHost; log: Log; publicUrl: string | undefined }

function runtimeDeps({ config, bus, log, publicUrl, ...ports }: Parts): RuntimeDeps {
  const { clock, keyring, documents } = ports;
  const network = new NodeNetwork();
  const loadBalancer = loadBalancersBy({ haproxy: (one) => new HaproxyLoadBalancer(one), 'http-manager': (one) => new HttpManagerLoadBalancer(one, network) });
  return {
    ...ports, effects: new Calls({ clock, documents, network, loadBalancer, ...(publicUrl ? { verdictUrl: verdictUrls({ documents, clock, newToken: () => randomUUID(), publicUrl }) } : {}) }), bundle: (sha) => config.script(sha), publish: (records) => bus.publish(records),
    owner: `${hostname()}-${process.pid}`, newToken: () => randomUUID(), limits: defaultLimits,
    mayStart: (document) => mayStart(document, { config, clock, keyring }),
    ended: (document, view) => writeBackVersion(document, view, config),
    note: (facts, text) => log.warn(facts, text),
  };
}

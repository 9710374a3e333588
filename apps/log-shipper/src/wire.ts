import { hostname } from 'node:os';
import { ElasticLogIndex } from '@edge/elasticsearch';
import { HttpAccess, HttpAudit, ServiceClient } from '@edge/http-services';
import { KafkaBus } from '@edge/kafka';
import { openMongo } from '@edge/mongo';
import { assemble, hourly, kafkaAccess, Log, type Program, untilThere } from '@edge/nest';
import { Access, Audit, Bus, Documents, LogIndex } from '@edge/ports';
import type { LogShipperEnv } from './env.js';
import { LogShipperModule } from './log-shipper.module.js';

/** A log shipper of a cluster: Kafka into Elasticsearch; MongoDB keeps lines that are not finished, so that a crash loses none. */
export async function wire(env: LogShipperEnv, log: Log): Promise<Program> {
  const kafka = kafkaAccess(env);
  const [{ documents, close: closeMongo }, bus, logIndex] = await Promise.all([
    untilThere('MongoDB', () => openMongo({ url: env.mongoUrl }), log),
    untilThere('Kafka', () => KafkaBus.open({ ...kafka, clientId: `edge-log-shipper-${hostname()}`, log: (level, message, fields) => log[level](fields, message) }), log),
    untilThere('Elasticsearch', () => ElasticLogIndex.open({ url: env.elasticUrl, retentionMs: env.retention }), log),
  ]);
  const acl = new ServiceClient({ name: 'acl', url: env.aclUrl, token: env.serviceToken });
  const ports = [
    { provide: Bus, useValue: bus }, { provide: Documents, useValue: documents }, { provide: LogIndex, useValue: logIndex }, { provide: Log, useValue: log },
    { provide: Access, useValue: new HttpAccess(acl) }, { provide: Audit, useValue: new HttpAudit(acl) },
  ];
  const close = async () => {
    await Promise.all([bus.close(), closeMongo(), logIndex.close()]);
  };
  return {
    module: assemble({ ports, modules: [LogShipperModule], close }),
    bus,
    checks: { documents: () => documents.health(), 'log index': () => logIndex.health() },
    prepare: async () => hourly(log, async () => {
      await logIndex.prune(Date.now() - env.retention);
      return {};
    }),
  };
}

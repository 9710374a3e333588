import { openMongo } from '@edge/mongo';
import { assemble, Log, type Program, readKeyring, ServiceToken, SystemClock, untilThere } from '@edge/nest';
import { Clock, Documents, Keyring } from '@edge/ports';
import { AclModule } from './acl.module.js';
import { AclService } from './acl.service.js';
import type { AclEnv } from './env.js';
import { AclServiceModule } from './service/acl-service.module.js';

/** The acl service of a cluster: MongoDB; the key that signs the audit. */
export async function wire(env: AclEnv, log: Log): Promise<Program> {
  const keyring = readKeyring(env.keys, { signs: ['audit'], trusts: [], log });
  const { documents, close } = await untilThere('MongoDB', () => openMongo({ url: env.mongoUrl }), log);
  const ports = [
    { provide: Documents, useValue: documents }, { provide: Keyring, useValue: keyring }, { provide: Clock, useValue: new SystemClock() }, { provide: Log, useValue: log },
    { provide: ServiceToken, useValue: new ServiceToken(env.serviceToken) },
  ];
  return {
    module: assemble({ ports, modules: [AclModule, AclServiceModule], close }),
    http: { behindGateway: env.serviceToken },
    checks: { documents: () => documents.health() },
    prepare: async (app) => {
      await app.get(AclService).ensureFirstAdministrator(env.adminToken);
    },
  };
}

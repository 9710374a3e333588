import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { HttpAccess, HttpAudit, HttpConfigReader, HttpSecrets, ServiceClient } from '@edge/http-services';
import { KafkaBus } from '@edge/kafka';
import { assemble, kafkaAccess, Log, type Program, readKeyring, SystemClock, untilThere } from '@edge/nest';
import { Access, Audit, Bus, Clock, ConfigReader, Keyring, Secrets, Shell } from '@edge/ports';
import { SshShell } from '@edge/ssh';
import type { ExecutorEnv } from './env.js';
import { ExecutorIdentity } from './executor-identity.js';
import { ExecutorModule } from './executor.module.js';

/** An executor of a cluster: Kafka, SSH, config over HTTP. It holds no store: what it knows is on the bus and on the hosts. */
export async function wire(env: ExecutorEnv, log: Log): Promise<Program> {
  const keyring = readKeyring(env.keys, { signs: ['result'], trusts: ['command', 'grant'], log });
  const kafka = kafkaAccess(env);
  const shell = new SshShell({
    ...(existsSync(env.sshConfig) ? { sshConfigPath: env.sshConfig } : {}), ...(env.password ? { password: env.password, sudoPassword: env.password } : {}), ...(env.sshPassphrase ? { passphrase: env.sshPassphrase } : {}), ...(env.sshAgent ? { agentSocket: env.sshAgent } : {}), log,
  });
  const bus = await untilThere('Kafka', () => KafkaBus.open({ ...kafka, clientId: `edge-executor-${hostname()}`, log: (level, message, fields) => log[level](fields, message) }), log);
  const acl = new ServiceClient({ name: 'acl', url: env.aclUrl, token: env.serviceToken });
  const config = new ServiceClient({ name: 'config', url: env.configUrl, token: env.serviceToken });
  const ports = [
    { provide: Bus, useValue: bus }, { provide: Shell, useValue: shell }, { provide: Keyring, useValue: keyring }, { provide: Clock, useValue: new SystemClock() }, { provide: Log, useValue: log },
    { provide: ConfigReader, useValue: new HttpConfigReader(config) }, { provide: Secrets, useValue: new HttpSecrets(config) },
    { provide: Access, useValue: new HttpAccess(acl) }, { provide: Audit, useValue: new HttpAudit(acl) },
    { provide: ExecutorIdentity, useValue: new ExecutorIdentity(`${hostname()}-${process.pid}`) },
  ];
  const close = async () => {
    await shell.close(3_000);
    await bus.close();
  };
  return { module: assemble({ ports, modules: [ExecutorModule], close }), bus, checks: { config: () => config.health() } };
}

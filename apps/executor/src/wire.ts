import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { HttpAccess, HttpAudit, HttpConfigReader, HttpExecutorWatch, HttpHostKeyWatch, HttpSecrets, ServiceClient } from '@edge/http-services';
import { KafkaBus } from '@edge/kafka';
import { assemble, kafkaAccess, Log, type Program, readKeyring, ServiceToken, SystemClock, untilThere } from '@edge/nest';
import { Access, Audit, Bus, Clock, ConfigReader, ExecutorWatch, HostReach, Keyring, Secrets, Shell } from '@edge/ports';
import { SshShell } from '@edge/ssh';
import { EnrolledKeys } from './enrolled-keys.js';
import type { ExecutorEnv } from './env.js';
import { ExecutorIdentity } from './executor-identity.js';
import { ExecutorModule } from './executor.module.js';
import { Intake } from './intake.js';
import { HostServiceModule } from './service/host-service.module.js';
import { ShellReach } from './shell-reach.js';

/** An executor of a cluster: Kafka, SSH, config over HTTP. It holds no store: what it knows is on the bus and on the hosts. */
export async function wire(env: ExecutorEnv, log: Log): Promise<Program> {
  const keyring = readKeyring(env.keys, { signs: ['result'], trusts: ['command', 'grant'], log });
  const kafka = kafkaAccess(env);
  const clock = new SystemClock();
  const acl = new ServiceClient({ name: 'acl', url: env.aclUrl, token: env.serviceToken });
  const config = new ServiceClient({ name: 'config', url: env.configUrl, token: env.serviceToken });
  const configReader = new HttpConfigReader(config);
  const enrolled = new EnrolledKeys(configReader);
  const keyWatch = new HttpHostKeyWatch(config);
  const shell = new SshShell({
    ...(existsSync(env.sshConfig) ? { sshConfigPath: env.sshConfig } : {}), ...(env.password ? { password: env.password, sudoPassword: env.password } : {}), ...(env.sshPassphrase ? { passphrase: env.sshPassphrase } : {}), ...(env.sshAgent ? { agentSocket: env.sshAgent } : {}), log,
    variable: env.variable, enrolledKeys: (name) => enrolled.of(name),
    keyChanged: (change) => void keyWatch.changed(change).catch((error: unknown) => log.warn({ host: change.host, error: String(error) }, 'a changed host key could not be told; the next connection tells it')),
  });
  const bus = await untilThere('Kafka', () => KafkaBus.open({ ...kafka, clientId: `edge-executor-${hostname()}`, log: (level, message, fields) => log[level](fields, message) }), log);
  const ports = [
    { provide: Bus, useValue: bus }, { provide: Shell, useValue: shell }, { provide: Keyring, useValue: keyring }, { provide: Clock, useValue: clock }, { provide: Log, useValue: log },
    { provide: ConfigReader, useValue: configReader }, { provide: HostReach, useValue: new ShellReach(shell, clock) }, { provide: ServiceToken, useValue: new ServiceToken(env.serviceToken) }, { provide: Secrets, useValue: new HttpSecrets(config) },
    { provide: Access, useValue: new HttpAccess(acl) }, { provide: Audit, useValue: new HttpAudit(acl) },
    { provide: ExecutorIdentity, useValue: ExecutorIdentity.ofProcess() }, { provide: ExecutorWatch, useValue: new HttpExecutorWatch(config) },
  ];
  const close = async () => {
    await shell.close(3_000);
    await bus.close();
  };
  return {
    module: assemble({ ports, modules: [ExecutorModule, HostServiceModule], close }), bus, checks: { config: () => config.health() },
    prepare: async (app, server) => app.get(Intake).follow(server),
  };
}

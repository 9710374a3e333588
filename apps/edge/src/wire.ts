import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readFile } from 'node:fs/promises';
import { type DynamicModule, Global, Module, type Provider } from '@nestjs/common';
import { AclModule } from '@edge/acl';
import { checkCommand } from '@edge/command-policy';
import { BusConfigFacts, CommandRules, ConfigFacts, ConfigModule, GivenSecrets, HostKeyChanges, PendingKeys, SecretKeys } from '@edge/config';
import { configurationId, type ConfigurationRecord, newId } from '@edge/contracts';
import { Acceptance, Calls, defaultLimits, ExecutorRoster, mayStart, planner, Runtime, verdictUrls, writeBackVersion } from '@edge/engine';
import { ExecutorIdentity, ExecutorModule, ShellReach } from '@edge/executor';
import { GatewayModule } from '@edge/gateway';
import { HaproxyLoadBalancer } from '@edge/haproxy';
import { HttpManagerLoadBalancer } from '@edge/http-manager';
import { NodeNetwork } from '@edge/http-services';
import { LogShipperModule } from '@edge/log-shipper';
import { loadBalancersBy, type Log, Log as LogToken, lookUpSecret, SystemClock } from '@edge/nest';
import { OrchestratorModule } from '@edge/orchestrator';
import { Bus, Clock, ConfigReader, Documents, Effects, ExecutorWatch, HostReach, Journal, Keyring, LogIndex, ScriptHost, Shell } from '@edge/ports';
import { loadScripts, WorkerScriptHost } from '@edge/script-host';
import type { SqliteStores } from '@edge/sqlite';
import { SshShell } from '@edge/ssh';
import type { EdgeEnv } from './env.js';
import { keyringOf } from './keyring-file.js';
import { secretsKeys } from './keys-folder.js';
import { StoresEnd } from './stores-end.js';

/** `listensAt`: to be told once it is known. */
export interface Wired { module: DynamicModule; scripts: Awaited<ReturnType<typeof loadScripts>>; listensAt(url: string): void }

/** Chooses every adapter of the single process: SQLite for bus, documents, journal and log index; SSH; scripts in threads; keys in the data directory. */
export async function wire(env: EdgeEnv, { stores, log, identity }: { stores: SqliteStores; log: Log; identity?: string }): Promise<Wired> {
  const clock = new SystemClock();
  const keys = join(env.data, 'keys');
  const scriptHost = new WorkerScriptHost();
  const network = new NodeNetwork();
  let listensAt: Wired['listensAt'] = () => undefined;
  const listening = new Promise<string>((resolve) => { listensAt = resolve; });
  const verdictUrl = verdictUrls({ documents: stores.documents, clock, newToken: () => randomUUID(), publicUrl: env.publicUrl ?? listening });
  const keyChanges = new HostKeyChanges(new PendingKeys(stores.documents), stores.bus, clock);
  const shell = new SshShell({
    ...(existsSync(env.sshConfig) && !identity ? { sshConfigPath: env.sshConfig } : {}), ...(env.password ? { password: env.password, sudoPassword: env.password } : {}), ...(env.sshPassphrase ? { passphrase: env.sshPassphrase } : {}), ...(env.sshAgent ? { agentSocket: env.sshAgent } : {}),
    ...(identity ? { identityFiles: [identity] } : {}), log, variable: env.variable, enrolledKeys: keysOf(stores),
    keyChanged: (change) => void keyChanges.changed(change).catch((error: unknown) => log.warn({ host: change.host, error: String(error) }, 'a changed host key could not be told; the next connection tells it')),
  });
  const kit = await readFile(fileURLToPath(new URL('./kit.js', import.meta.url)), 'utf8');
  const scripts = await loadScripts({ kit, folders: [fileURLToPath(new URL('./scripts', import.meta.url)), ...(env.scripts ? [env.scripts] : [])] });
  const plain: Provider[] = [
    { provide: Bus, useValue: stores.bus }, { provide: Documents, useValue: stores.documents }, { provide: Journal, useValue: stores.journal }, { provide: LogIndex, useValue: stores.logIndex },
    { provide: Clock, useValue: clock }, { provide: Keyring, useValue: keyringOf(keys, log) }, { provide: ScriptHost, useValue: scriptHost }, { provide: Shell, useValue: shell }, { provide: HostReach, useValue: new ShellReach(shell, clock) }, { provide: LogToken, useValue: log },
    { provide: SecretKeys, useValue: new SecretKeys(secretsKeys(keys, log)) }, { provide: GivenSecrets, useValue: new GivenSecrets(lookUpSecret(env)) },
    { provide: CommandRules, useValue: { refusal: refusalOf } }, { provide: ConfigFacts, useClass: BusConfigFacts },
    { provide: Effects, useValue: new Calls({ clock, documents: stores.documents, network, loadBalancer: loadBalancersBy({ haproxy: (one) => new HaproxyLoadBalancer(one), 'http-manager': (one) => new HttpManagerLoadBalancer(one, network) }), verdictUrl }) },
    { provide: ExecutorIdentity, useValue: ExecutorIdentity.ofProcess() }, { provide: ExecutorWatch, useValue: new ExecutorRoster(stores.documents, clock) },
  ];
  const decided: Provider[] = [
    { provide: Acceptance, inject: [Documents, Journal, ConfigReader, Keyring, Effects, LogToken], useFactory: acceptanceOf(scriptHost, clock, stores) },
    { provide: Runtime, inject: [ConfigReader, Keyring, Effects, LogToken], useFactory: runtimeOf(scriptHost, clock, stores) },
    { provide: StoresEnd, useValue: new StoresEnd(async () => {
      await Promise.all([shell.close(5_000), scriptHost.close()]);
      await stores.close();
    }) },
  ];
  class Ports {}
  Global()(Ports);
  Module({ providers: plain, exports: plain })(Ports);
  class Decisions {}
  Global()(Decisions);
  Module({ imports: [ConfigModule], providers: decided, exports: decided })(Decisions);
  class Edge {}
  return { module: { module: Edge, imports: [Ports, AclModule, ConfigModule, Decisions, GatewayModule, OrchestratorModule, ExecutorModule, LogShipperModule] }, scripts, listensAt };
}

/** The keys that are enrolled now. Jump hosts are hosts of the inventory like any other. */
function keysOf({ documents }: SqliteStores) {
  return async (name: string): Promise<string[]> => (await documents.get<ConfigurationRecord<'Host'>>('configuration', configurationId('Host', { name })))?.document.document.keys ?? [];
}

function acceptanceOf(scriptHost: ScriptHost, clock: Clock, stores: SqliteStores) {
  return (documents: Documents, journal: Journal, config: ConfigReader, keyring: Keyring, effects: Effects, log: Log) =>
    new Acceptance({
      documents, journal, config, scriptHost, keyring, clock, publish: (records) => stores.bus.publish(records), checkCommand, newId: () => newId(clock.now()), note: (facts, text) => log.warn(facts, text),
      plan: planner({
        scriptHost, effects, clock, checkCommand, script: (sha) => config.script(sha),
        rules: async ({ space, environment }) => (await config.rules({ space, environment, at: new Date(clock.now()).toISOString() })).policies,
      }),
    });
}

function runtimeOf(scriptHost: ScriptHost, clock: Clock, { journal, documents, bus }: SqliteStores) {
  return (config: ConfigReader, keyring: Keyring, effects: Effects, log: Log) =>
    new Runtime({
      journal, documents, scriptHost, effects, clock, keyring, bundle: (sha) => config.script(sha), publish: (records) => bus.publish(records), owner: `${hostname()}-${process.pid}`, newToken: () => randomUUID(), limits: defaultLimits,
      mayStart: (document) => mayStart(document, { config, clock, keyring }),
      ended: (document, view) => writeBackVersion(document, view, config),
      note: (facts, text) => log.warn(facts, text),
    });
}

function refusalOf(command: string): { rule: string; detail: string; instead?: string } | undefined {
  const { verdict, rule, detail, instead } = checkCommand(command);
  return verdict === 'deny' ? { rule, detail, ...(instead ? { instead } : {}) } : undefined;
}

import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { secretSettings, setting, SettingsError, takeSecretVariables, typedEnv } from '@edge/nest/settings';

/** Every setting of `edge up`; docs/operation.md lists them from here. */
export const edgeSettings = {
  host: setting.text('EDGE_HOST', { about: 'the address to listen on', fallback: '127.0.0.1', example: '127.0.0.1' }),
  port: setting.port('EDGE_PORT', 8080),
  data: setting.optional(setting.text('EDGE_DATA', { about: 'the data directory', example: '/var/lib/edge' })),
  logLevel: setting.choice('EDGE_LOG_LEVEL', ['debug', 'info', 'warn', 'error', 'silent'], { about: 'how much is logged', fallback: 'info' }),
  sshConfig: setting.optional(setting.text('EDGE_SSH_CONFIG', { about: 'the ssh configuration to honour', example: '~/.ssh/config' })),
  sshPassword: setting.optional(setting.secret('EDGE_SSH_PASSWORD', { about: 'the password for login and sudo on hosts', example: '…' })),
  fabricPassword: setting.optional(setting.secret('FABRIC_USER_PASSWORD', { about: 'the same, by its older name', example: '…' })),
  sshPassphrase: setting.optional(setting.secret('EDGE_SSH_PASSPHRASE', { about: 'the passphrase of encrypted private keys', example: '…' })),
  sshAgent: setting.optional(setting.text('SSH_AUTH_SOCK', { about: 'the socket of the ssh agent', example: '/run/user/1000/agent' })),
  ...secretSettings,
  scripts: setting.optional(setting.text('EDGE_SCRIPTS', { about: 'a folder of further scripts', example: '/etc/edge/scripts' })),
  retention: setting.duration('EDGE_RETENTION', { about: 'how long ended actions, bus records and log lines are kept', fallback: 30 * 86_400_000, example: '30d' }),
  tlsCert: setting.optional(setting.text('EDGE_TLS_CERT', { about: 'the certificate file', example: '/etc/edge/tls.crt' })),
  tlsKey: setting.optional(setting.text('EDGE_TLS_KEY', { about: 'the key file of the certificate', example: '/etc/edge/tls.key' })),
  tlsCa: setting.optional(setting.text('EDGE_TLS_CA', { about: 'the file of the authority that signed it', example: '/etc/edge/ca.crt' })),
  publicUrl: setting.optional(setting.url('EDGE_PUBLIC_URL', { about: 'where others reach this Edge, for the addresses that a canary service answers at (default: where it listens)', example: 'https://edge.example.org' })),
  trustedProxy: setting.optional(setting.text('EDGE_TRUSTED_PROXY', { about: 'the address of a proxy that ends TLS before Edge', example: '10.0.0.2' })),
  xdgState: setting.optional(setting.text('XDG_STATE_HOME', { about: 'where state is kept', example: '~/.local/state' })),
};

export type EdgeEnv = Omit<ReturnType<typeof read>, 'data'> & { data: string; sshConfig: string; password: string | undefined; secretVariables: Record<string, string>; variable: (name: string) => string | undefined; tls: { cert: string; key: string; ca?: string } | undefined };

function read(environment: NodeJS.ProcessEnv) {
  return typedEnv(environment, edgeSettings);
}

const loopback = /^(127\.|::1$|localhost$)/;

/** The settings of `edge up`, read once. The demo keeps its data beside where it was started. @throws SettingsError with everything that is wrong */
export function readEnv(options: { demo: boolean }, environment: NodeJS.ProcessEnv = process.env): EdgeEnv {
  const env = read(environment);
  if (!loopback.test(env.host) && !env.tlsCert && !env.trustedProxy) {
    throw new SettingsError([`EDGE_HOST ${env.host} is beyond loopback, and nothing protects it: set EDGE_TLS_CERT and EDGE_TLS_KEY, or EDGE_TRUSTED_PROXY=<address of the proxy that ends TLS>.`]);
  }
  if (Boolean(env.tlsCert) !== Boolean(env.tlsKey)) throw new SettingsError(['EDGE_TLS_CERT and EDGE_TLS_KEY go together: set both.']);
  const files = { cert: textOf('EDGE_TLS_CERT', env.tlsCert), key: textOf('EDGE_TLS_KEY', env.tlsKey), ca: textOf('EDGE_TLS_CA', env.tlsCa) };
  if (env.scripts && !statSync(env.scripts, { throwIfNoEntry: false })?.isDirectory()) throw new SettingsError([`EDGE_SCRIPTS ${env.scripts} is no folder.`]);
  const state = join(env.xdgState ?? join(homedir(), '.local', 'state'), 'edge');
  return {
    ...env, tls: files.cert && files.key ? { cert: files.cert, key: files.key, ...(files.ca ? { ca: files.ca } : {}) } : undefined, data: resolve(env.data ?? (options.demo ? '.edge-demo' : state)),
    sshConfig: (env.sshConfig ?? '~/.ssh/config').replace(/^~(?=\/)/, homedir()), password: env.sshPassword ?? env.fabricPassword, secretVariables: takeSecretVariables(environment),
    variable: (name) => environment[name],
  };
}

function textOf(name: string, file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new SettingsError([`${name} ${file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}.`]);
  }
}

import { homedir } from 'node:os';
import { aclSettings, checkRim, configSettings, kafkaSettings, keySettings, rimSettings, setting, typedEnv } from '@edge/nest';

/** What the program is told by its environment. */
export const settings = {
  ...rimSettings(8084), ...kafkaSettings, ...keySettings, ...aclSettings, ...configSettings,
  sshConfig: setting.text('EDGE_SSH_CONFIG', { about: 'the ssh configuration to honour', fallback: '~/.ssh/config', example: '~/.ssh/config' }),
  sshPassword: setting.optional(setting.secret('EDGE_SSH_PASSWORD', { about: 'the password for login and sudo on hosts', example: '…' })),
  fabricPassword: setting.optional(setting.secret('FABRIC_USER_PASSWORD', { about: 'the same, by its older name', example: '…' })),
  sshPassphrase: setting.optional(setting.secret('EDGE_SSH_PASSPHRASE', { about: 'the passphrase of encrypted private keys', example: '…' })),
  sshAgent: setting.optional(setting.text('SSH_AUTH_SOCK', { about: 'the socket of the ssh agent', example: '/run/user/1000/agent' })),
};

/** The settings of an executor. @throws SettingsError with everything that is wrong */
export function readEnv(environment: NodeJS.ProcessEnv = process.env) {
  const env = checkRim(typedEnv(environment, settings));
  return { ...env, variable: (name: string) => environment[name], sshConfig: env.sshConfig.replace(/^~(?=\/)/, homedir()), password: env.sshPassword ?? env.fabricPassword };
}

export type ExecutorEnv = ReturnType<typeof readEnv>;

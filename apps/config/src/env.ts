import { aclSettings, checkRim, kafkaSettings, keySettings, mongoSettings, rimSettings, secretSettings, setting, takeSecretVariables, typedEnv } from '@edge/nest';

/** What the program is told by its environment. */
export const settings = {
  ...rimSettings(8081), ...kafkaSettings, ...mongoSettings, ...keySettings, ...aclSettings, ...secretSettings,
  executorUrl: setting.optional(setting.url('EDGE_EXECUTOR_URL', { about: 'where the executors are, which reach hosts: to enrol, check and clean these', example: 'http://127.0.0.1:8084' })),
  scripts: setting.optional(setting.text('EDGE_SCRIPTS', { about: 'a folder of further scripts', example: '/etc/edge/scripts' })),
};

/** The settings of the config service. @throws SettingsError with everything that is wrong */
export function readEnv(environment: NodeJS.ProcessEnv = process.env) {
  return { ...checkRim(typedEnv(environment, settings)), secretVariables: takeSecretVariables(environment) };
}

export type ConfigEnv = ReturnType<typeof readEnv>;

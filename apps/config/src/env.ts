import { aclSettings, checkRim, kafkaSettings, keySettings, mongoSettings, rimSettings, setting, typedEnv } from '@edge/nest';

const spec = {
  ...rimSettings(8081), ...kafkaSettings, ...mongoSettings, ...keySettings, ...aclSettings,
  scripts: setting.optional(setting.text('EDGE_SCRIPTS', { about: 'a folder of further scripts', example: '/etc/edge/scripts' })),
};

/** The settings of the config service. @throws SettingsError with everything that is wrong */
export function readEnv(environment: NodeJS.ProcessEnv = process.env) {
  return checkRim(typedEnv(environment, spec));
}

export type ConfigEnv = ReturnType<typeof readEnv>;

import { aclSettings, checkRim, configSettings, elasticSettings, kafkaSettings, keySettings, mongoSettings, rimSettings, typedEnv } from '@edge/nest';

/** What the program is told by its environment. */
export const settings = { ...rimSettings(8080), ...kafkaSettings, ...mongoSettings, ...elasticSettings, ...keySettings, ...aclSettings, ...configSettings };

/** The settings of the gateway. @throws SettingsError with everything that is wrong */
export function readEnv(environment: NodeJS.ProcessEnv = process.env) {
  return checkRim(typedEnv(environment, settings));
}

export type GatewayEnv = ReturnType<typeof readEnv>;

import { aclSettings, checkRim, configSettings, elasticSettings, kafkaSettings, keySettings, mongoSettings, rimSettings, typedEnv } from '@edge/nest';

const spec = { ...rimSettings(8080), ...kafkaSettings, ...mongoSettings, ...elasticSettings, ...keySettings, ...aclSettings, ...configSettings };

/** The settings of the gateway. @throws SettingsError with everything that is wrong */
export function readEnv(environment: NodeJS.ProcessEnv = process.env) {
  return checkRim(typedEnv(environment, spec));
}

export type GatewayEnv = ReturnType<typeof readEnv>;

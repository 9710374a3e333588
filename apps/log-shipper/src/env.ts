import { aclSettings, checkRim, elasticSettings, kafkaSettings, mongoSettings, retentionSettings, rimSettings, typedEnv } from '@edge/nest';

const spec = { ...rimSettings(8085), ...kafkaSettings, ...mongoSettings, ...elasticSettings, ...aclSettings, ...retentionSettings };

/** The settings of a log shipper. @throws SettingsError with everything that is wrong */
export function readEnv(environment: NodeJS.ProcessEnv = process.env) {
  return checkRim(typedEnv(environment, spec));
}

export type LogShipperEnv = ReturnType<typeof readEnv>;

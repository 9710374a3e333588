import { aclSettings, checkRim, elasticSettings, kafkaSettings, mongoSettings, retentionSettings, rimSettings, typedEnv } from '@edge/nest';

/** What the program is told by its environment. */
export const settings = { ...rimSettings(8085), ...kafkaSettings, ...mongoSettings, ...elasticSettings, ...aclSettings, ...retentionSettings };

/** The settings of a log shipper. @throws SettingsError with everything that is wrong */
export function readEnv(environment: NodeJS.ProcessEnv = process.env) {
  return checkRim(typedEnv(environment, settings));
}

export type LogShipperEnv = ReturnType<typeof readEnv>;

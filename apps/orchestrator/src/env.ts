import { aclSettings, checkRim, configSettings, kafkaSettings, keySettings, mongoSettings, retentionSettings, rimSettings, typedEnv } from '@edge/nest';

const spec = { ...rimSettings(8083), ...kafkaSettings, ...mongoSettings, ...keySettings, ...aclSettings, ...configSettings, ...retentionSettings };

/** The settings of the orchestrator. @throws SettingsError with everything that is wrong */
export function readEnv(environment: NodeJS.ProcessEnv = process.env) {
  return checkRim(typedEnv(environment, spec));
}

export type OrchestratorEnv = ReturnType<typeof readEnv>;

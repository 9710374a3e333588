import { aclSettings, checkRim, configSettings, kafkaSettings, keySettings, mongoSettings, retentionSettings, rimSettings, setting, typedEnv } from '@edge/nest';

const own = { publicUrl: setting.optional(setting.url('EDGE_PUBLIC_URL', { about: 'where others reach the gateway, for the addresses that a canary service answers at', example: 'https://edge.example.org' })) };
/** What the program is told by its environment. */
export const settings = { ...rimSettings(8083), ...kafkaSettings, ...mongoSettings, ...keySettings, ...aclSettings, ...configSettings, ...retentionSettings, ...own };

/** The settings of the orchestrator. @throws SettingsError with everything that is wrong */
export function readEnv(environment: NodeJS.ProcessEnv = process.env) {
  return checkRim(typedEnv(environment, settings));
}

export type OrchestratorEnv = ReturnType<typeof readEnv>;

import { checkRim, keySettings, mongoSettings, rimSettings, setting, SettingsError, typedEnv } from '@edge/nest';

/** What the program is told by its environment. */
export const settings = {
  ...rimSettings(8082), ...mongoSettings, ...keySettings,
  adminToken: setting.optional(setting.secret('EDGE_ADMIN_TOKEN', { about: 'the token of the first administrator of a new cluster', example: '$(openssl rand -hex 32)' })),
};

const shortest = 16;

/** The settings of the acl service. @throws SettingsError with everything that is wrong */
export function readEnv(environment: NodeJS.ProcessEnv = process.env) {
  const env = checkRim(typedEnv(environment, settings));
  if (env.adminToken !== undefined && env.adminToken.length < shortest) throw new SettingsError([`EDGE_ADMIN_TOKEN is shorter than ${shortest} characters. Example: EDGE_ADMIN_TOKEN=$(openssl rand -hex 32)`]);
  return env;
}

export type AclEnv = ReturnType<typeof readEnv>;

export { ConfigModule } from './config.module.js';
export { ConfigService } from './config.service.js';
export { BusConfigFacts } from './bus-config-facts.js';
export { type ConfigFact, ConfigFacts } from './config-facts.js';
export { CommandRules } from './checks/command-rules.js';
export { GivenSecrets } from './secrets/given-secrets.js';
export { SecretKeys, SecretsService } from './secrets/secrets.service.js';
export type { SecretKey } from './secrets/encrypt-secret.js';

import { Global, Module } from '@nestjs/common';
import { ConfigReader, Secrets } from '@edge/ports';
import { ConfigService } from './config.service.js';
import { PendingKeys } from './host-keys/pending-keys.js';
import { ApplyController } from './routes/apply.controller.js';
import { DocumentsOf } from './routes/documents-of.js';
import { EnvironmentsController } from './routes/environments.controller.js';
import { GrantsController } from './routes/grants.controller.js';
import { GroupsController } from './routes/groups.controller.js';
import { HostKeysController } from './routes/host-keys.controller.js';
import { HostsController } from './routes/hosts.controller.js';
import { PlatformController } from './routes/platform.controller.js';
import { ProjectConfigController } from './routes/project-config.controller.js';
import { ProjectsController } from './routes/projects.controller.js';
import { RulesController } from './routes/rules.controller.js';
import { ScriptsController } from './routes/scripts.controller.js';
import { SearchController } from './routes/search.controller.js';
import { SpacesController } from './routes/spaces.controller.js';
import { TriggersController } from './routes/triggers.controller.js';
import { ScriptStore } from './scripts/script-store.js';
import { SecretsController } from './secrets/secrets.controller.js';
import { SecretsService } from './secrets/secrets.service.js';
import { ConfigurationStore } from './store/configuration-store.js';
import { ConfigWriter } from './writer/config-writer.js';

/**
 * The configuration: layered, versioned, validated. Gives `ConfigReader` and `Secrets` to everybody. Needs `Documents`, `ScriptHost`, `SecretKeys`, `Access`,
 * `Audit`, `Clock` and `Log` from whoever wires it; takes `HostReach` (host keys and checks), `CommandRules`, `GivenSecrets` and `ConfigFacts` where they are given.
 */
@Global()
@Module({
  controllers: [
    ApplyController, EnvironmentsController, GrantsController, GroupsController, HostKeysController, HostsController, PlatformController, ProjectConfigController, ProjectsController,
    RulesController, ScriptsController, SearchController, SecretsController, SpacesController, TriggersController,
  ],
  providers: [ConfigService, ConfigWriter, ConfigurationStore, DocumentsOf, PendingKeys, ScriptStore, SecretsService, { provide: ConfigReader, useExisting: ConfigService }, { provide: Secrets, useExisting: SecretsService }],
  exports: [ConfigReader, Secrets, ConfigService, PendingKeys, SecretsService],
})
export class ConfigModule {}

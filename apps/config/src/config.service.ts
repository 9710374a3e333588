import { Injectable } from '@nestjs/common';
import { type FreezeDocument, type HostDocument, type JsonObject, type PolicyDocument, type ProjectDocument, type ResolvedProject } from '@edge/contracts';
import { Audit, ConfigReader, type RefusedScript, type ScriptBundle } from '@edge/ports';
import { resolveProject } from './resolve/resolve-project.js';
import { ScriptStore } from './scripts/script-store.js';
import { ConfigurationStore } from './store/configuration-store.js';
import { retryWhenChanged } from './writer/retry-when-changed.js';
import { ConfigWriter } from './writer/config-writer.js';

/** What the configuration says now. */
@Injectable()
export class ConfigService extends ConfigReader {
  constructor(private readonly store: ConfigurationStore, private readonly scripts: ScriptStore, private readonly writer: ConfigWriter, private readonly audit: Audit) {
    super();
  }

  resolve({ space, project, overrides }: { space: string; project: string; type?: string; overrides?: JsonObject }): Promise<ResolvedProject> {
    return resolveProject({ view: this.store.view, scripts: this.scripts }, { space, project, ...(overrides ? { overrides } : {}) });
  }

  script(sha: string): Promise<ScriptBundle | undefined> {
    return this.scripts.bundle(sha);
  }

  /** Stores scripts content-addressed and makes each the current one of its name; those that do not load are left out. */
  registerScripts(bundles: ScriptBundle[]): Promise<RefusedScript[]> {
    return this.scripts.register(bundles);
  }

  async hosts(names: string[]): Promise<HostDocument[]> {
    const found = await Promise.all([...new Set(names)].map((name) => this.store.view.get('Host', { name })));
    return found.filter((host) => host !== undefined);
  }

  async rules({ space, environment, at }: { space: string; environment?: string; at: string }): Promise<{ freezes: FreezeDocument[]; policies: PolicyDocument[]; allowSelfApproval: boolean; protected: boolean }> {
    const [freezes, policies, platform, own] = await Promise.all([this.store.view.all('Freeze'), this.store.view.all('Policy'), this.store.view.get('Platform', {}), environment === undefined ? undefined : this.store.view.get('Environment', { name: environment })]);
    const concerns = ({ spaces, environments }: { spaces?: string[]; environments?: string[] }) => (!spaces?.length || spaces.includes(space)) && (!environments?.length || (environment !== undefined && environments.includes(environment)));
    const now = Date.parse(at);
    return {
      freezes: freezes.filter((freeze) => concerns(freeze) && Date.parse(freeze.from) <= now && now < Date.parse(freeze.to)),
      policies: policies.filter(concerns),
      allowSelfApproval: platform?.allow_self_approval ?? false,
      protected: own?.protected ?? false,
    };
  }

  async versionWritten({ space, project, version, action, actor }: { space: string; project: string; version: string; action: string; actor: string }): Promise<void> {
    const written = await retryWhenChanged(async () => {
      const found = await this.store.view.get('Project', { space, name: project });
      if (!found || found.config?.version === version) return false;
      const document: ProjectDocument = { ...found, config: { ...found.config, version } };
      await this.writer.writeAs(actor, { kind: 'Project', key: { space, name: project }, document, at: '' }, action);
      return true;
    });
    if (written) await this.audit.write({ subject: actor, what: 'project.version-written', space, target: `${space}/${project}`, allowed: true, via: 'action', action, detail: { version } });
  }
}

import { type EffectiveConfig, errors, type FreezeDocument, type HostDocument, type JsonObject, type PolicyDocument, type ResolvedHost, type ResolvedProject } from '@edge/contracts';
import { ConfigReader, type ScriptBundle } from '@edge/ports';

/** A project as a world says that it is configured. */
export interface FixedProject extends Partial<Omit<ResolvedProject, 'hosts' | 'config'>> { space: string; project: string; hosts: ResolvedHost[]; values: JsonObject; script: { name: string; sha: string } }

/** Configuration as a test or a simulation hands it in, and may change it. */
export class FixedConfig extends ConfigReader {
  readonly projects = new Map<string, FixedProject>();
  readonly bundles = new Map<string, ScriptBundle>();
  readonly inventory = new Map<string, HostDocument>();
  readonly written: { space: string; project: string; version: string; action: string; actor: string }[] = [];
  freezes: FreezeDocument[] = [];
  policies: PolicyDocument[] = [];
  allowSelfApproval = false;

  add(project: FixedProject): void {
    this.projects.set(`${project.space}/${project.project}`, project);
    for (const host of project.hosts) this.inventory.set(host.name, host);
  }

  override async resolve({ space, project, overrides = {} }: { space: string; project: string; overrides?: JsonObject }): Promise<ResolvedProject> {
    const found = this.projects.get(`${space}/${project}`);
    if (!found) throw errors.notFound(`project "${space}/${project}"`);
    const layer = (values: JsonObject, origin: 'project' | 'action'): EffectiveConfig => Object.fromEntries(Object.entries(values).map(([key, value]) => [key, { value, origin }]));
    return {
      environment: 'fixed', zones: [...new Set(found.hosts.map(({ zone }) => zone))], pools: [], artifactServers: {}, protected: false, requireReason: false, allowEmptyPool: true, findings: [], ...found,
      values: { ...found.values, ...overrides }, config: { ...layer(found.values, 'project'), ...layer(overrides, 'action') },
    };
  }

  override async script(sha: string): Promise<ScriptBundle | undefined> {
    return this.bundles.get(sha);
  }

  override async hosts(names: string[]): Promise<HostDocument[]> {
    return names.flatMap((name) => this.inventory.get(name) ?? []);
  }

  override async rules({ space, environment, at }: { space: string; environment?: string; at: string }): Promise<{ freezes: FreezeDocument[]; policies: PolicyDocument[]; allowSelfApproval: boolean; protected: boolean }> {
    const inForce = (freeze: FreezeDocument) => freeze.from <= at && at < freeze.to && (freeze.spaces?.includes(space) ?? true) && (!freeze.environments || (environment !== undefined && freeze.environments.includes(environment)));
    const own = [...this.projects.values()].filter((project) => (project.environment ?? 'fixed') === environment);
    return { freezes: this.freezes.filter(inForce), policies: this.policies, allowSelfApproval: this.allowSelfApproval, protected: own.some((project) => project.protected === true) };
  }

  override async versionWritten(change: { space: string; project: string; version: string; action: string; actor: string }): Promise<void> {
    this.written.push(change);
    const project = this.projects.get(`${change.space}/${change.project}`);
    if (project) project.values = { ...project.values, version: change.version };
  }
}

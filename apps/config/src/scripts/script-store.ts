import { Injectable } from '@nestjs/common';
import { EdgeError, type JsonObject } from '@edge/contracts';
import { Clock, Documents, type RefusedScript, type ScriptBundle, type ScriptDescription, ScriptHost, type Versioned } from '@edge/ports';

/** Which bundle a script's name stands for now, with what it says of itself. Collection `scripts`, id `~<name>`. */
export interface CurrentScript { script: string; sha: string; description: ScriptDescription; registeredAt: string }

/** Scripts by content address, and by name the newest. */
@Injectable()
export class ScriptStore {
  private readonly bundles = new Map<string, ScriptBundle>();

  constructor(private readonly documents: Documents, private readonly host: ScriptHost, private readonly clock: Clock) {}

  /** Stores the bundles and makes each the current one of its name. One that does not load is refused alone: what its name stood for before stays. */
  async register(bundles: ScriptBundle[]): Promise<RefusedScript[]> {
    const refused: RefusedScript[] = [];
    for (const bundle of bundles) {
      try {
        await this.registerOne(bundle);
      } catch (error) {
        if (!(error instanceof EdgeError) || error.code !== 'invalid') throw error;
        refused.push({ file: bundle.file, why: error.detail });
      }
    }
    return refused;
  }

  private async registerOne(bundle: ScriptBundle): Promise<void> {
    const current = await this.current(bundle.name);
    if (current?.sha === bundle.sha) return;
    const description = await this.host.describe(bundle);
    const registered: CurrentScript = { script: bundle.name, sha: bundle.sha, description, registeredAt: new Date(this.clock.now()).toISOString() };
    await this.documents.write([{ collection: 'scripts', id: bundle.sha, document: bundle }, { collection: 'scripts', id: `~${bundle.name}`, document: registered }]);
  }

  async current(name: string): Promise<CurrentScript | undefined> {
    return (await this.documents.get<CurrentScript>('scripts', `~${name}`))?.document;
  }

  /** What an address stands for never changes: it is read once. */
  async bundle(sha: string): Promise<ScriptBundle | undefined> {
    const known = this.bundles.get(sha) ?? (await this.documents.get<ScriptBundle>('scripts', sha))?.document;
    if (known) this.bundles.set(sha, known);
    return known;
  }

  list(after: string | undefined, limit: number): Promise<Versioned<CurrentScript>[]> {
    return this.documents.find<CurrentScript>('scripts', { limit, after: after ?? '~' });
  }

  async names(): Promise<string[]> {
    return (await this.list(undefined, 1_000)).map(({ document }) => document.script);
  }

  /** What the script itself says of the configuration; nothing if it is not there. */
  async check({ sha, description }: CurrentScript, type: string | undefined, values: JsonObject) {
    const bundle = await this.bundle(sha);
    const asked = type ?? (description.actions.includes('deploy') ? 'deploy' : (description.actions[0] ?? 'deploy'));
    return bundle ? this.host.check(bundle, asked, values) : [];
  }
}

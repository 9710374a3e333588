import type { HostDocument, ResolvedProject } from '@edge/contracts';
import { ConfigReader, type ScriptBundle } from '@edge/ports';
import type { ServiceClient } from './service-client.js';

const scriptsKept = 50;

/** The config service, asked over HTTP. Scripts are kept here: their address is their content, so none is ever stale. */
export class HttpConfigReader extends ConfigReader {
  private readonly scripts = new Map<string, ScriptBundle>();

  constructor(private readonly config: ServiceClient) {
    super();
  }

  resolve(project: Parameters<ConfigReader['resolve']>[0]): Promise<ResolvedProject> {
    return this.config.ask('config/resolve', project);
  }

  async script(sha: string): Promise<ScriptBundle | undefined> {
    const known = this.scripts.get(sha);
    if (known) return known;
    const found = await this.config.ask<ScriptBundle | undefined>('config/script', { sha });
    if (found) this.keep(found);
    return found;
  }

  hosts(names: string[]): Promise<HostDocument[]> {
    return this.config.ask('config/hosts', { names });
  }

  rules(scope: Parameters<ConfigReader['rules']>[0]): ReturnType<ConfigReader['rules']> {
    return this.config.ask('config/rules', scope);
  }

  async versionWritten(change: Parameters<ConfigReader['versionWritten']>[0]): Promise<void> {
    await this.config.ask('config/version-written', change);
  }

  private keep(script: ScriptBundle): void {
    this.scripts.set(script.sha, script);
    const [oldest] = this.scripts.keys();
    if (this.scripts.size > scriptsKept && oldest !== undefined) this.scripts.delete(oldest);
  }
}

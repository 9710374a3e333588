import { Body, Controller } from '@nestjs/common';
import type { HostDocument, ResolvedProject } from '@edge/contracts';
import { ServiceRoute } from '@edge/nest';
import { ConfigReader, type ScriptBundle, Secrets } from '@edge/ports';

type Asked<Method extends 'resolve' | 'rules' | 'versionWritten'> = Parameters<ConfigReader[Method]>[0];

/** What other services of a cluster ask: the ports `ConfigReader` and `Secrets` over HTTP. */
@Controller()
export class ConfigServiceController {
  constructor(private readonly config: ConfigReader, private readonly secrets: Secrets) {}

  @ServiceRoute('config/resolve')
  async resolve(@Body() project: Asked<'resolve'>): Promise<{ answer: ResolvedProject }> {
    return { answer: await this.config.resolve(project) };
  }

  @ServiceRoute('config/script')
  async script(@Body() { sha }: { sha: string }): Promise<{ answer: ScriptBundle | undefined }> {
    return { answer: await this.config.script(sha) };
  }

  @ServiceRoute('config/hosts')
  async hosts(@Body() { names }: { names: string[] }): Promise<{ answer: HostDocument[] }> {
    return { answer: await this.config.hosts(names) };
  }

  @ServiceRoute('config/rules')
  async rules(@Body() scope: Asked<'rules'>): Promise<{ answer: object }> {
    return { answer: await this.config.rules(scope) };
  }

  @ServiceRoute('config/version-written')
  async versionWritten(@Body() change: Asked<'versionWritten'>): Promise<{ answer: true }> {
    await this.config.versionWritten(change);
    return { answer: true };
  }

  @ServiceRoute('secrets/values')
  async values(@Body() { space, names }: { space: string; names: string[] }): Promise<{ answer: Record<string, string> }> {
    return { answer: await this.secrets.values(space, names) };
  }
}

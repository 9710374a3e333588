import { Body, Controller, Param } from '@nestjs/common';
import { type EffectiveConfig, errors, type Finding, inConfig, isObject, type Json, type ResolvedPool, type ResolvedProject } from '@edge/contracts';
import { ConfigCheckBody } from '@edge/contracts/messages';
import { Handles } from '@edge/nest';
import { checkValues } from '../checks/check-values.js';
import { ConfigService } from '../config.service.js';
import { ScriptStore } from '../scripts/script-store.js';

interface ShownConfig { space: string; project: string; environment: string; script: { name: string; sha: string }; config: EffectiveConfig; zones: string[]; pools: ResolvedPool[]; findings: Finding[] }

/** The project as an action would find it. */
@Controller()
export class ProjectConfigController {
  constructor(private readonly config: ConfigService, private readonly scripts: ScriptStore) {}

  @Handles('showProjectConfig')
  async show(@Param('space') space: string, @Param('project') project: string): Promise<ShownConfig> {
    const resolved = await this.config.resolve({ space, project });
    const { environment, script, config, zones, pools } = resolved;
    return { space, project, environment, script, config: readable(config), zones, pools, findings: await this.findings(resolved) };
  }

  /** As accepting an action would check it. */
  @Handles('checkProjectConfig')
  async check(@Param('space') space: string, @Param('project') project: string, @Body() { type, config }: ConfigCheckBody): Promise<{ ok: boolean; findings: Finding[] }> {
    const resolved = await this.config.resolve({ space, project, ...(config ? { overrides: config } : {}) });
    const findings = await this.findings(resolved, type);
    return { ok: findings.every(({ level }) => level === 'warning'), findings };
  }

  /** Missing keys count as errors here: an action would be refused. */
  private async findings(resolved: ResolvedProject, type?: string): Promise<Finding[]> {
    const script = await this.scripts.current(resolved.script.name);
    if (!script) return resolved.findings.map(inShown);
    if (type !== undefined && !script.description.actions.includes(type)) throw errors.invalidField('/type', `Script ${script.script} has no action type "${type}".`, `It has ${script.description.actions.join(', ')}.`);
    const said = await checkValues({ scripts: this.scripts, script }, { config: resolved.config, ...(type ? { type } : {}) });
    return [...resolved.findings, ...[...said.wrong, ...said.missing, ...said.unknown].filter(({ pointer }) => !resolved.findings.some((other) => other.pointer === pointer))].map(inShown);
  }
}

/** Body and answer have the values in `config`. */
function inShown(finding: Finding): Finding {
  return finding.pointer === '' ? finding : inConfig(finding);
}

/** A `$required` that is still open has no value yet. */
function readable(config: EffectiveConfig): EffectiveConfig {
  return Object.fromEntries(Object.entries(config).map(([key, { value, origin }]) => [key, { value: isObject(value) && '$required' in value ? (null as Json) : value, origin }]));
}

import { Command, type Option } from 'commander';
import { createCli, createProgram } from '@edge/cli';
import { settings as acl } from '@edge/acl/env';
import { settings as config } from '@edge/config/env';
import { edgeSettings } from '@edge/edge';
import { endStatuses, formatDuration, roles, statuses, transitions } from '@edge/contracts';
import { describeScript } from '@edge/engine/kit';
import { settings as executor } from '@edge/executor/env';
import { settings as gateway } from '@edge/gateway/env';
import { settings as logShipper } from '@edge/log-shipper/env';
import { settings as orchestrator } from '@edge/orchestrator/env';
import type { AnyScript } from '@edge/script';
import containers from '@edge/scripts/containers';
import loadBalanced from '@edge/scripts/load-balanced';
import oneByOne from '@edge/scripts/one-by-one';
import servicesScript from '@edge/scripts/services';

interface KeySchema { type?: string; description?: string; default?: unknown; anyOf?: KeySchema[]; enum?: unknown[] }
interface SettingShape { name: string; about: string; example: string; fallback?: unknown; optional?: boolean; secret?: boolean }

/** Parts of the docs that come from the code: file → name of the part → its text. A part stands between `<!-- name -->` and `<!-- /name -->`. */
export function generatedParts(): Record<string, Record<string, string>> {
  return {
    'docs/cli.md': { commands: commandsPart() },
    'docs/statuses.md': { transitions: transitionsPart() },
    'docs/configuration.md': { roles: rolesPart(), scripts: [oneByOne, loadBalanced, servicesScript, containers].map((script) => scriptPart(script as AnyScript)).join('\n\n') },
    'docs/operation.md': { settings: settingsPart() },
    'docs/cluster.md': { settings: clusterSettingsPart() },
  };
}

/** The document with its generated parts renewed. @throws when a part has no place */
export function renewed(text: string, parts: Record<string, string>): string {
  return Object.entries(parts).reduce((document, [name, part]) => {
    const [before, rest] = document.split(`<!-- ${name} -->\n`);
    const after = rest?.split(`<!-- /${name} -->`)[1];
    if (before === undefined || after === undefined) throw new Error(`There is no place for "${name}".`);
    return `${before}<!-- ${name} -->\n${part}\n<!-- /${name} -->${after}`;
  }, text);
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

function commandsPart(): string {
  const program = createProgram(createCli({ dataFolders: [], color: false }));
  return leaves(program, 'edge').map(({ path, command }) => {
    const usage = `${path} ${command.usage().replace(/^\[options\] ?/, '')}`.trim();
    const options = command.options.map((option: Option) => [`\`${option.flags}\``, option.description + (option.defaultValue === undefined ? '' : ` (${String(option.defaultValue)})`)]);
    return [`### \`${usage}\``, command.description(), ...(options.length > 0 ? [table(['option', ''], options)] : [])].filter(Boolean).join('\n\n');
  }).join('\n\n');
}

function leaves(command: Command, path: string): { path: string; command: Command }[] {
  return command.commands.length === 0 ? [{ path, command }] : command.commands.flatMap((child) => leaves(child, `${path} ${child.name()}`));
}

function transitionsPart(): string {
  return table(['status', 'may become'], statuses.map((status) => [`\`${status}\``, endStatuses.includes(status) ? '(an end)' : transitions[status].map((next) => `\`${next}\``).join(' ')]));
}

function rolesPart(): string {
  return table(['role', 'may'], Object.entries(roles).map(([role, may]) => [`\`${role}\``, may.join(', ')]));
}

function scriptPart(script: AnyScript): string {
  const { name, about, actions, schema } = describeScript(script);
  const { properties = {}, required = [] } = schema as { properties?: Record<string, KeySchema>; required?: string[] };
  const rows = Object.entries(properties).map(([key, value]) => [`\`${key}\``, required.includes(key) && value.default === undefined ? 'required' : value.default === undefined ? '' : `\`${JSON.stringify(value.default)}\``, value.description ?? '']);
  return `### \`${name}\`\n\n${about} Types: ${actions.map((type) => `\`${type}\``).join(', ')}.\n\n${table(['key', 'default', ''], rows)}`;
}

function settingsPart(): string {
  return table(['setting', 'default', ''], (Object.values(edgeSettings) as SettingShape[]).map((setting) => [nameOf(setting), fallbackOf(setting), setting.about]));
}

const services = { gateway, config, acl, orchestrator, executor, 'log-shipper': logShipper };

/** Every setting once, with those who take it; bold where it must be given. */
function clusterSettingsPart(): string {
  const takers = new Map<string, { setting: SettingShape; by: string[] }>();
  for (const [service, settings] of Object.entries(services)) {
    for (const setting of Object.values(settings) as SettingShape[]) {
      const found = takers.get(setting.name) ?? { setting, by: [] };
      found.by.push(setting.optional || setting.fallback !== undefined ? service : `**${service}**`);
      takers.set(setting.name, found);
    }
  }
  const all = Object.keys(services).length;
  const by = (names: string[]) => (names.length < all ? names.join(', ') : names.every((name) => name.startsWith('**')) ? '**all**' : 'all');
  return table(['setting', 'taken by', 'default', ''], [...takers.values()].map(({ setting, by: names }) => [nameOf(setting), by(names), setting.name === 'EDGE_PORT' ? 'see above' : fallbackOf(setting), setting.about]));
}

const nameOf = ({ name, secret }: SettingShape) => `\`${name}\`${secret ? ` (or \`${name}_FILE\`)` : ''}`;

function fallbackOf({ name, fallback: value }: SettingShape): string {
  return value === undefined ? '' : `\`${name === 'EDGE_RETENTION' ? formatDuration(Number(value)) : String(value)}\``;
}

import { Command } from 'commander';
import type { EdgeClient } from '@edge/client';
import { type Accepted, type ActionPlan, formatDuration, parseDuration } from '@edge/contracts';
import type { Cli } from '../cli.js';
import { durationOf } from '../duration-of.js';
import { exitCodeOfAction, exitCodes } from '../exit-codes.js';
import { followAction } from '../follow-action.js';
import { idAndLink, leaveOnInterrupt } from '../going-on.js';
import { printData, say } from '../print.js';
import { showPlan } from '../show-plan.js';

interface StartOptions {
  version?: string; hosts?: string; reason?: string; user?: string; countdown?: string; set?: string[]; zones?: string; onBusy?: string; startWithin?: string;
  planHash?: string; overrideFreeze?: string; allowDuplicate?: boolean; dryRun?: boolean; follow?: boolean; timeout?: string; idempotencyKey?: string;
}

type Started = Omit<Accepted, 'plan'> & { plan?: ActionPlan };

/** `deploy`, `restart`, `rollback` and, for any other type, `start <project> <type>`. */
export function startCommands(cli: Cli): Command[] {
  const short = ['deploy', 'restart', 'rollback'].map((type) =>
    withOptions(new Command(type).argument('<space/project>')).description(`Start an action of type ${type}`).action((project: string, options: StartOptions, command: Command) => start(cli, command, { project, type, options })));
  const long = withOptions(new Command('start').argument('<space/project>').argument('<type>')).description('Start an action of any type that the script exports').action((project: string, type: string, options: StartOptions, command: Command) => start(cli, command, { project, type, options }));
  return [...short, long];
}

function withOptions(command: Command): Command {
  return command
    .option('--version <version>', 'the version to bring')
    .option('--hosts <names>', 'only these hosts, by comma')
    .option('--reason <text>', 'why')
    .option('--user <id>', 'who it is for')
    .option('--countdown <seconds>', 'seconds before it starts')
    .option('--set <key=value...>', 'configuration of this action alone (value: JSON or text)')
    .option('--zones <names>', '"parallel" or zones in order, by comma')
    .option('--on-busy <what>', 'queue, reject, supersede or cancel-and-run')
    .option('--start-within <duration>', 'give up if it could not start by then')
    .option('--plan-hash <hash>', 'refuse to start if the plan differs')
    .option('--override-freeze <name>', 'break this freeze window; needs a reason and an admin of the space')
    .option('--allow-duplicate', 'start even if the same is under way')
    .option('--dry-run', 'show the plan instead; nothing is started')
    .option('--idempotency-key <key>', 'the same key never starts two')
    .option('--follow', 'print what happens until it ends')
    .option('--timeout <duration>', 'with --follow: wait no longer');
}

async function start(cli: Cli, command: Command, wanted: { project: string; type: string; options: StartOptions }): Promise<void> {
  const [space, project, ...rest] = wanted.project.split('/');
  if (!space || !project || rest.length > 0) throw new Error(`"${wanted.project}" is not <space>/<project>, for example hotels/booking.`);
  const { options } = wanted;
  const timeoutMs = options.timeout === undefined ? undefined : durationOf('--timeout', options.timeout);
  if (timeoutMs !== undefined && !options.follow) throw new Error('--timeout is how long to follow: give --follow, too.');
  const client = await cli.client();
  const started = await client.post<Started>(`/space/${space}/${project}/${wanted.type}/`, bodyOf(options), { headers: options.idempotencyKey ? { 'idempotency-key': options.idempotencyKey } : {} });
  for (const warning of started.warnings ?? []) say(`warning: ${warning}`);
  if (started.plan) return showPlan(cli, started.plan, cli.format(command));
  say(`${await idAndLink(cli, started)}${started.duplicate ? '  (was under way already)' : ''}`);
  if (!options.follow) return printData(started, { format: cli.format(command), columns: ['action_id', 'project', 'status', 'hosts'], name: 'action_id' });
  await followToEnd(cli, client, { id: started.action_id, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
}

/** Follows and sets the exit code; Ctrl-C leaves the action running and says how to go on. */
export async function followToEnd(cli: Cli, client: EdgeClient, { id, timeoutMs }: { id: string; timeoutMs?: number }): Promise<void> {
  leaveOnInterrupt(id);
  const ended = await followAction(client, id, timeoutMs);
  const code = exitCodeOfAction(ended);
  say(code === exitCodes.waiting ? `${id} is still ${ended.status} after ${formatDuration(timeoutMs ?? 0)}; it goes on.` : `${id} ${ended.status}${ended.why ? `: ${ended.why}` : ''}`);
  cli.exitWith(code);
}

function bodyOf(options: StartOptions): Record<string, unknown> {
  const body = {
    version: options.version, servers: options.hosts?.split(','), reason: options.reason, user: options.user, countdown: options.countdown === undefined ? undefined : secondsOf(options.countdown),
    config: options.set ? Object.fromEntries(options.set.map(setting)) : undefined, zones: options.zones === undefined || options.zones === 'parallel' ? options.zones : options.zones.split(','),
    on_busy: options.onBusy, start_within: options.startWithin, plan_hash: options.planHash, override_freeze: options.overrideFreeze, allow_duplicate: options.allowDuplicate, dry_run: options.dryRun,
  };
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}

/** Anything but a number of seconds or a duration is no countdown: it must not become the default one. */
export function secondsOf(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new Error(`--countdown "${text}" is no time, for example 10 (seconds) or 2m.`);
  return ms / 1000;
}

/** `key=value`, the value as JSON where it is JSON, else as text. */
export function setting(pair: string): [string, unknown] {
  const at = pair.indexOf('=');
  if (at < 1) throw new Error(`"${pair}" is not key=value.`);
  const text = pair.slice(at + 1);
  try {
    return [pair.slice(0, at), JSON.parse(text)];
  } catch {
    return [pair.slice(0, at), text];
  }
}

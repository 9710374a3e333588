import { Command } from 'commander';
import type { Cli } from '../../cli.js';
import { durationOf } from '../../duration-of.js';
import { exitCodes } from '../../exit-codes.js';
import { confirmed } from '../../confirm.js';
import { printData, say, write } from '../../print.js';
import { resolveAction } from '../../resolve-action.js';
import { followToEnd, secondsOf } from '../start.js';
import { logsCommand } from './logs.js';

const columns = ['action_id', 'space', 'project', 'type', 'status', 'actor', 'accepted_at'];

export function actionCommand(cli: Cli): Command {
  const action = new Command('action').description('Look at actions and control them');
  action.addCommand(listCommand(cli)).addCommand(showCommand(cli)).addCommand(logsCommand(cli)).addCommand(followCommand(cli)).addCommand(retryCommand(cli)).addCommand(receiptCommand(cli));
  for (const [verb, about] of Object.entries(verbs)) action.addCommand(signalCommand(cli, verb, about));
  return action;
}

const verbs = {
  cancel: 'Stop before the next step, kill what runs, put back what was taken out',
  pause: 'Hold before the next step',
  resume: 'Go on after a pause or a block',
  approve: 'Approve an action that waits for it',
  reject: 'Refuse an action that waits for approval',
};

function listCommand(cli: Cli): Command {
  return new Command('list')
    .description('List actions, newest first')
    .option('--space <name>').option('--project <name>').option('--type <type>').option('--status <status>').option('--user <id>').option('--host <name>').option('--since <time>').option('--until <time>')
    .option('--limit <n>', 'at most', '50')
    .action(async (options: Record<string, string>, command: Command) => {
      const { items } = await (await cli.client()).get<{ items: object[] }>('/api/v1/actions', { query: options });
      printData(items, { format: cli.format(command), columns, name: 'action_id' });
    });
}

function showCommand(cli: Cli): Command {
  return new Command('show')
    .description('Show one action with its hosts')
    .argument('<id>', 'an action id, or "last"')
    .action(async (given: string, _options: object, command: Command) => {
      const client = await cli.client();
      const shown = await client.get<{ hosts?: object[] }>(`/api/v1/actions/${await resolveAction(client, given)}`);
      const format = cli.format(command);
      printData(shown, { format, columns: [...columns, 'why'], name: 'action_id' });
      if (format === 'table') printData(shown.hosts ?? [], { format, columns: ['host', 'zone', 'state', 'stage', 'batch', 'step', 'version'], name: 'host' });
    });
}

function followCommand(cli: Cli): Command {
  return new Command('follow')
    .description('Print what happens until it ends; the exit code tells how')
    .argument('<id>', 'an action id, or "last"')
    .option('--timeout <duration>', 'wait no longer')
    .action(async (given: string, options: { timeout?: string }) => {
      const timeoutMs = options.timeout === undefined ? undefined : durationOf('--timeout', options.timeout);
      const client = await cli.client();
      await followToEnd(cli, client, { id: await resolveAction(client, given), ...(timeoutMs === undefined ? {} : { timeoutMs }) });
    });
}

function signalCommand(cli: Cli, verb: string, about: string): Command {
  return new Command(verb)
    .description(about)
    .argument('<id>', 'an action id, or "last"')
    .option('--reason <text>', 'why')
    .option('--yes', 'do not ask')
    .action(async (given: string, options: { reason?: string; yes?: boolean }, command: Command) => {
      const client = await cli.client();
      const id = await resolveAction(client, given);
      if (verb === 'cancel' && !options.yes && !(await confirmed(`Cancel action ${id}?`))) return cli.exitWith(exitCodes.refused);
      const answer = await client.post<object>(`/api/v1/actions/${id}/${verb}`, options.reason ? { reason: options.reason } : {});
      printData(answer, { format: cli.format(command), columns: ['action_id', 'status'], name: 'action_id' });
    });
}

function receiptCommand(cli: Cli): Command {
  return new Command('receipt')
    .description('Print the signed receipt of an ended action; "edge verify" checks it')
    .argument('<id>', 'an action id, or "last"')
    .action(async (given: string) => {
      const client = await cli.client();
      write(JSON.stringify(await client.get<object>(`/api/v1/actions/${await resolveAction(client, given)}/receipt`)));
    });
}

function retryCommand(cli: Cli): Command {
  return new Command('retry')
    .description('Start anew, from the same snapshot, on the hosts that did not succeed')
    .argument('<id>', 'an action id, or "last"')
    .option('--reason <text>', 'why')
    .option('--countdown <seconds>', 'seconds before it starts, for example 10 or 2m; at once without')
    .option('--follow', 'print what happens until it ends')
    .action(async (given: string, { reason, countdown, follow }: { reason?: string; countdown?: string; follow?: boolean }, command: Command) => {
      const client = await cli.client();
      const body = { ...(reason ? { reason } : {}), ...(countdown === undefined ? {} : { countdown: secondsOf(countdown) }) };
      const started = await client.post<{ action_id: string; duplicate?: true }>(`/api/v1/actions/${await resolveAction(client, given)}/retry`, body);
      say(`${started.action_id}${started.duplicate ? '  (was under way already)' : ''}`);
      if (follow) return followToEnd(cli, client, { id: started.action_id });
      printData(started, { format: cli.format(command), columns: ['action_id', 'status'], name: 'action_id' });
      cli.exitWith(exitCodes.success);
    });
}

import { Command } from 'commander';
import type { Cli } from '../../cli.js';
import { confirmed } from '../../confirm.js';
import { exitCodes } from '../../exit-codes.js';
import { printData, say } from '../../print.js';
import { enrolCommand } from './enrol.js';
import { hostPath, type HostRow, unknownHost } from './host-row.js';

export function hostCommand(cli: Cli): Command {
  return new Command('host').description('Hosts and their keys').addCommand(list(cli)).addCommand(add(cli)).addCommand(enrolCommand(cli)).addCommand(check(cli)).addCommand(clean(cli));
}

function list(cli: Cli): Command {
  return new Command('list').option('--space <name>').option('--zone <name>').option('--pool <name>').action(async (options: Record<string, string>, command: Command) => {
    const rows: HostRow[] = [];
    for await (const row of (await cli.client()).pages<HostRow>('/api/v1/hosts', { ...options, limit: 1000 })) rows.push(row);
    printData(rows, { format: cli.format(command), columns: ['name', 'address', 'port', 'user', 'zone', 'pools', 'spaces'], name: 'name' });
  });
}

function add(cli: Cli): Command {
  return new Command('add')
    .argument('<name>')
    .requiredOption('--spaces <names>', 'spaces that may use it, by comma')
    .option('--address <address>').option('--port <port>').option('--user <user>').option('--zone <zone>').option('--pools <names>', 'by comma')
    .action(async (name: string, options: { spaces: string; address?: string; port?: string; user?: string; zone?: string; pools?: string }, command: Command) => {
      const body = { name, spaces: options.spaces.split(','), address: options.address, port: options.port === undefined ? undefined : Number(options.port), user: options.user, zone: options.zone, pools: options.pools?.split(',') };
      const made = await (await cli.client()).post<object>('/api/v1/hosts', Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)));
      printData(made, { format: cli.format(command), columns: ['name', 'address', 'port', 'zone', 'spaces'], name: 'name' });
      say(`Next: edge host enrol ${name}`);
    });
}

function check(cli: Cli): Command {
  return new Command('check').description('See whether Edge reaches the host').argument('<name...>').action((names: string[], _options: object, command: Command) => onEach('check', names, { cli, command }));
}

function clean(cli: Cli): Command {
  return new Command('clean')
    .description('Remove what commands that ended more than 8 days ago left on the host; never of a command that runs')
    .argument('<name...>')
    .option('--yes', 'do not ask')
    .action(async (names: string[], options: { yes?: boolean }, command: Command) => {
      if (!options.yes && !(await confirmed(`Remove old records from ${names.join(', ')}?`))) return cli.exitWith(exitCodes.refused);
      await onEach('clean', names, { cli, command });
    });
}

/** Asks it of every host; one that fails does not keep the others from their answer. */
async function onEach(what: 'check' | 'clean', names: string[], { cli, command }: { cli: Cli; command: Command }): Promise<void> {
  const client = await cli.client();
  const rows = await Promise.all(names.map((name) => client.post<{ ok: boolean }>(`${hostPath(name)}/${what}`).catch((error: unknown) => ({ host: name, ok: false, cause: 'unknown-host', detail: unknownHost(error) }))));
  printData(rows, { format: cli.format(command), columns: ['host', 'ok', 'outcome', 'cause', 'detail'], name: 'host' });
  cli.exitWith(rows.every((row) => row.ok) ? exitCodes.success : exitCodes.failed);
}

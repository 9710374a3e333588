import { Command } from 'commander';
import type { Cli } from '../cli.js';
import { printData, say } from '../print.js';

interface HostRow { name: string; address?: string; zone?: string; keys?: string[] }
interface Offered { type: string; key: string; fingerprint: string }

export function hostCommand(cli: Cli): Command {
  return new Command('host').description('Hosts and their keys').addCommand(list(cli)).addCommand(add(cli)).addCommand(enrol(cli)).addCommand(check(cli));
}

function list(cli: Cli): Command {
  return new Command('list').option('--space <name>').option('--zone <name>').option('--pool <name>').action(async (options: Record<string, string>, command: Command) => {
    const { items } = await (await cli.client()).get<{ items: HostRow[] }>('/api/v1/hosts', { query: { ...options, limit: 1000 } });
    printData(items, { format: cli.format(command), columns: ['name', 'address', 'port', 'user', 'zone', 'pools', 'spaces'], name: 'name' });
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
    });
}

/** Shows the fingerprints that the host offers; `--yes` (after comparing) trusts them. */
function enrol(cli: Cli): Command {
  return new Command('enrol')
    .description("Trust a host's keys after comparing their fingerprints")
    .argument('<name...>')
    .option('--fingerprint <sha256>', 'trust only the key with this fingerprint')
    .option('--yes', 'trust what is shown')
    .action(async (names: string[], options: { fingerprint?: string; yes?: boolean }, command: Command) => {
      const client = await cli.client();
      for (const name of names) {
        const { offered } = await client.get<{ offered: Offered[] }>(`/api/v1/hosts/${encodeURIComponent(name)}/keys`);
        const chosen = options.fingerprint ? offered.filter((key) => key.fingerprint === options.fingerprint) : offered;
        if (options.fingerprint && chosen.length === 0) throw new Error(`${name} offers no key with the fingerprint ${options.fingerprint}.`);
        printData(chosen.map((key) => ({ host: name, ...key })), { format: cli.format(command), columns: ['host', 'type', 'fingerprint'], name: 'fingerprint' });
        if (!options.yes && !options.fingerprint) {
          say(`Compare with the host itself (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub), then: edge host enrol ${name} --fingerprint ${chosen[0]?.fingerprint ?? '…'}`);
          continue;
        }
        await client.post(`/api/v1/hosts/${encodeURIComponent(name)}/keys`, { keys: chosen.map((key) => key.key) });
        say(`${name}: ${chosen.length} key(s) enrolled`);
      }
    });
}

function check(cli: Cli): Command {
  return new Command('check').description('See whether Edge reaches the host').argument('<name...>').action(async (names: string[], _options: object, command: Command) => {
    const client = await cli.client();
    const rows = await Promise.all(names.map((name) => client.post<{ ok: boolean }>(`/api/v1/hosts/${encodeURIComponent(name)}/check`)));
    printData(rows, { format: cli.format(command), columns: ['host', 'ok', 'outcome', 'cause', 'detail'], name: 'host' });
    cli.exitWith(rows.every((row) => row.ok) ? 0 : 1);
  });
}

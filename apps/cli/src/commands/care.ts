import { Command } from 'commander';
import type { Cli } from '../cli.js';
import { exitCodes } from '../exit-codes.js';
import { printData, say } from '../print.js';

/** `token`, `secret`, `audit`, `dlq`: small nouns around access and care. */
export function careCommands(cli: Cli): Command[] {
  return [token(cli), secret(cli), audit(cli), deadLetters(cli)];
}

function token(cli: Cli): Command {
  const create = new Command('create')
    .description('Make an API token; it is shown once')
    .argument('<name>')
    .requiredOption('--role <role>')
    .option('--space <name>').option('--project <name>').option('--types <types>', 'by comma').option('--keys <keys>', 'configuration keys it may set, by comma').option('--expires <duration>', 'how long it is good', '90d')
    .action(async (name: string, options: { role: string; space?: string; project?: string; types?: string; keys?: string; expires: string }, command: Command) => {
      const body = { name, role: options.role, space: options.space, project: options.project, types: options.types?.split(','), keys: options.keys?.split(','), expires_in: options.expires };
      const made = await (await cli.client()).post<object>('/api/v1/tokens', Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)));
      printData(made, { format: cli.format(command), columns: ['id', 'name', 'token', 'expires_at'], name: 'token' });
    });
  return new Command('token').description('API tokens').addCommand(create);
}

function secret(cli: Cli): Command {
  const set = new Command('set')
    .description('Set a secret of a space; the value comes from standard input')
    .argument('<space>').argument('<name>')
    .action(async (space: string, name: string) => {
      const chunks: Buffer[] = [];
      for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
      const value = Buffer.concat(chunks).toString('utf8').replace(/\n$/, '');
      if (value === '') throw new Error(`Standard input is empty: pipe the value of ${name} to it.`);
      await (await cli.client()).call('PUT', `/api/v1/spaces/${encodeURIComponent(space)}/secrets/${encodeURIComponent(name)}`, { body: { value } });
      say(`secret ${name} set`);
    });
  return new Command('secret').description('Secrets of a space').addCommand(set);
}

function audit(cli: Cli): Command {
  const verify = new Command('verify').description('Check that nobody changed, removed or cut the audit').action(async (_options: object, command: Command) => {
    const found = await (await cli.client()).get<{ ok: boolean }>('/api/v1/audit/verify');
    printData(found, { format: cli.format(command), columns: ['ok', 'entries', 'problem'], name: 'ok' });
    cli.exitWith(found.ok ? exitCodes.success : exitCodes.failed);
  });
  return new Command('audit').description('Who did what').addCommand(verify);
}

function deadLetters(cli: Cli): Command {
  const list = new Command('list').action(async (_options: object, command: Command) => {
    const { items } = await (await cli.client()).get<{ items: object[] }>('/api/v1/dlq', { query: { limit: 1000 } });
    printData(items, { format: cli.format(command), columns: ['id', 'topic', 'cause', 'at'], name: 'id' });
  });
  const show = new Command('show').argument('<id>').action(async (id: string, _options: object, command: Command) => {
    const { items } = await (await cli.client()).get<{ items: { id: string }[] }>('/api/v1/dlq', { query: { limit: 1000 } });
    const found = items.find((item) => item.id === id);
    if (!found) throw new Error(`There is no dead letter ${id}.`);
    printData(found, { format: cli.format(command), columns: ['id', 'topic', 'cause', 'at', 'key', 'value'], name: 'id' });
  });
  const replay = new Command('replay').argument('<id>').action(async (id: string) => {
    await (await cli.client()).post(`/api/v1/dlq/${encodeURIComponent(id)}/replay`);
    say(`${id} sent again`);
  });
  return new Command('dlq').description('Messages that could not be handled').addCommand(list).addCommand(show).addCommand(replay);
}

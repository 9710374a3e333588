import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import type { Cli } from '../cli.js';
import { exitCodes } from '../exit-codes.js';
import { printData, say } from '../print.js';
import { verifyReceipt } from '../verify-receipt.js';

/** `edge verify receipt.json`: checks a receipt without asking Edge; only the public key is needed, and it never comes from the receipt itself. */
export function verifyCommand(cli: Cli): Command {
  return new Command('verify')
    .description('Check the signature of a receipt, offline')
    .argument('<file>', 'the receipt, or - for standard input')
    .option('--key <file...>', "public keys to believe, PEM; without it those in the keys folder of this machine's Edge")
    .action((file: string, options: { key?: string[] }, command: Command) => {
      const keys = options.key ?? foundKeys(cli);
      if (keys.length === 0) throw new Error('There is no key to check with: give --key <file>, a copy of keys/receipt.pub in the data directory of the Edge that made the receipt.');
      const receipt = verifyReceipt(read(file === '-' ? 0 : file), keys.map(read));
      if (!receipt) {
        say('NOT genuine: no given key signed it, or it was changed since.');
        return cli.exitWith(exitCodes.failed);
      }
      const { action, space, project, type, status, accepted_at, ended_at, actor, hosts, journal } = receipt;
      const row = { action, space, project, type, status, actor: actor.name, accepted_at, ended_at, hosts: hosts.length, journal: `${journal.records} records, ${journal.head.slice(0, 12)}` };
      printData(command.optsWithGlobals<{ output: string }>().output === 'table' ? row : receipt, { format: cli.format(command), columns: Object.keys(row), name: 'action' });
      say('genuine');
    });
}

/** The public half in use and those before it: receipts outlive keys. */
function foundKeys(cli: Cli): string[] {
  const folders = [...cli.env.dataFolders.map((folder) => join(folder, 'keys')), ...(cli.env.keys ? [cli.env.keys] : [])].filter((folder) => existsSync(folder));
  return folders.flatMap((folder) => readdirSync(folder).filter((name) => /^receipt\.(.*\.)?pub(\.json)?$/.test(name)).map((name) => join(folder, name)));
}

function read(file: string | 0): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`${file === 0 ? 'Standard input' : file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}.`);
  }
}

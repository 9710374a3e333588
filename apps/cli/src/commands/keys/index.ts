import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { parseDuration } from '@edge/contracts';
import type { Cli } from '../../cli.js';
import { exitCodes } from '../../exit-codes.js';
import { printData, say } from '../../print.js';
import { createKeys } from './create-keys.js';
import { actionsOfReplacedKeys, type Reencrypted, retireSecretsKeys, retireSigningKeys, type Retired, usuallyRetired } from './retire-keys.js';
import { secretsKeyId } from './key-files.js';
import { announceKeys, type Purpose, purposes, type Rotated, rotateKeys } from './rotate-keys.js';

interface Options { only?: string; keep: string; announce?: boolean; now?: boolean }

/** `edge keys create|rotate|retire [folder]`: the signing and encryption keys of an installation. */
export function keysCommand(cli: Cli): Command {
  return new Command('keys').description('Signing and encryption keys').addCommand(create(cli)).addCommand(rotate(cli)).addCommand(retire(cli));
}

function create(cli: Cli): Command {
  return new Command('create')
    .description('Make the keys of a new cluster: <audience>.json signs, <audience>.pub.json is believed, secrets.key encrypts')
    .argument('[folder]', 'default: EDGE_KEYS')
    .action((given: string | undefined) => {
      const folder = given ?? cli.env.keys;
      if (!folder) throw new Error('Name a folder: edge keys create <folder>, or set EDGE_KEYS.');
      createKeys(folder);
      say(`Keys are in ${folder}. Give each service the files that docs/cluster.md lists; keep a copy: without secrets.key no secret can be read again.`);
    });
}

function rotate(cli: Cli): Command {
  return new Command('rotate')
    .description('Replace keys while Edge runs: the keys before stay believed for a while, and decrypt until every secret is encrypted anew')
    .argument('[folder]', 'default: EDGE_KEYS, else the keys of the Edge on this machine')
    .option('--only <purposes>', `by comma, of ${purposes.join(', ')}`)
    .option('--keep <duration>', 'how long what the keys before signed is believed; a grant is good for 7 days (receipts and audit: until they are retired by name)', '7d')
    .option('--announce', 'only lay the new keys beside those in use: in a cluster, give all services the public ones first')
    .action(async (given: string | undefined, options: Options, command: Command) => {
      const folder = folderOf(cli, given);
      const keepMs = parseDuration(options.keep);
      if (keepMs === undefined) throw new Error(`--keep "${options.keep}" is no duration such as 7d.`);
      const wanted = purposesOf(options, purposes);
      const rotated = options.announce ? announceKeys(folder, wanted) : rotateKeys(folder, wanted, { now: Date.now(), keepMs });
      printData(rotated, { format: cli.format(command), columns: ['purpose', 'from', 'to', 'until'], name: 'to' });
      const secrets = rotated.find(({ purpose }) => purpose === 'secrets');
      if (options.announce) say('Not used yet. Give every service its files, then: edge keys rotate');
      else if (secrets) await renewSecrets(cli, folder, secrets);
    });
}

function retire(cli: Cli): Command {
  return new Command('retire')
    .description('Believe replaced keys no longer; refused while actions run that they signed for')
    .argument('[folder]', 'default: EDGE_KEYS, else the keys of the Edge on this machine')
    .option('--only <purposes>', `by comma, of ${purposes.join(', ')}; default: all but receipt and audit`)
    .option('--now', 'even if actions run that they signed for: those stop where they are and need "resume"')
    .action(async (given: string | undefined, options: Options, command: Command) => {
      const folder = folderOf(cli, given);
      const wanted = purposesOf(options, usuallyRetired);
      const running = options.now || !wanted.includes('grant') ? [] : await actionsOfReplacedKeys(folder, await cli.client());
      if (running.length > 0) {
        say(`Not retired: ${running.length} unfinished actions rest on a grant of the key before: ${running.slice(0, 5).join(', ')}. Wait for them, or: edge keys retire --now`);
        return cli.exitWith(exitCodes.refused);
      }
      const retired: Retired[] = [...retireSigningKeys(folder, wanted), ...(wanted.includes('secrets') ? await retireOldSecrets(cli, folder) : [])];
      printData(retired, { format: cli.format(command), columns: ['purpose', 'key'], name: 'key' });
    });
}

/** Has the running Edge encrypt everything with the new key; the old one goes when nothing needs it. */
async function renewSecrets(cli: Cli, folder: string, { to }: Rotated): Promise<void> {
  const answer = await reencrypted(cli).catch((error: unknown) => say(`Secrets are not encrypted anew yet (${error instanceof Error ? error.message : String(error)}). When Edge runs: edge keys retire --only secrets`));
  if (!answer) return;
  if (answer.key !== to || answer.left > 0) return say(`Edge encrypts with ${answer.key}, ${answer.left} secrets wait. When it has the new key: edge keys retire --only secrets`);
  for (const { key } of retireSecretsKeys(folder)) say(`${answer.reencrypted} of ${answer.secrets} secrets were encrypted anew; key ${key} is gone. Older backups need a copy of it.`);
}

async function retireOldSecrets(cli: Cli, folder: string): Promise<Retired[]> {
  const answer = await reencrypted(cli);
  const current = secretsKeyId(readFileSync(join(folder, 'secrets.key'), 'utf8'));
  if (answer.key !== current) throw new Error(`Edge encrypts with ${answer.key}, but ${folder} says ${current}: give the config service its new key first.`);
  if (answer.left > 0) throw new Error(`${answer.left} secrets were changed meanwhile: try again.`);
  return retireSecretsKeys(folder);
}

async function reencrypted(cli: Cli): Promise<Reencrypted> {
  return (await cli.client()).post<Reencrypted>('/api/v1/secrets/reencrypt');
}

function purposesOf({ only }: Options, usual: readonly Purpose[]): readonly Purpose[] {
  if (only === undefined) return usual;
  const named = only.split(',').map((name) => name.trim());
  const unknown = named.filter((name) => !purposes.some((purpose) => purpose === name));
  if (unknown.length > 0) throw new Error(`--only ${unknown.join(', ')}: it is for ${purposes.join(', ')}.`);
  return purposes.filter((purpose) => named.includes(purpose));
}

function folderOf(cli: Cli, given: string | undefined): string {
  const found = given ?? cli.env.keys ?? cli.env.dataFolders.map((folder) => join(folder, 'keys')).find((folder) => existsSync(folder));
  if (!found) throw new Error('There are no keys on this machine: name their folder, or set EDGE_KEYS.');
  if (!existsSync(found)) throw new Error(`${found} is not there.`);
  return found;
}

import { Command } from 'commander';
import type { EdgeClient } from '@edge/client';
import type { Cli } from '../../cli.js';
import { exitCodes } from '../../exit-codes.js';
import { printData, say } from '../../print.js';
import { enrolKnownHosts } from './enrol-known-hosts.js';
import { type EnrolOptions, hostPath, isSameKey, type ShownKey, type ShownKeys, unknownHost } from './host-row.js';

/** Shows the fingerprints that hosts offer; `--yes` or `--fingerprint` (after comparing) trusts them. */
export function enrolCommand(cli: Cli): Command {
  return new Command('enrol')
    .description("Trust a host's keys after comparing their fingerprints")
    .argument('[name...]')
    .option('--fingerprint <sha256>', 'trust only the key with this fingerprint')
    .option('--yes', 'trust what is shown')
    .option('--replace', 'trust it instead of the enrolled keys: approves a changed key')
    .option('--known-hosts <file>', 'take the keys from this known_hosts file (hashed names too); without names: of every host that it knows')
    .action(async (names: string[], options: EnrolOptions, command: Command) => {
      if (options.knownHosts !== undefined) return enrolKnownHosts(names, options.knownHosts, { cli, command, options });
      if (names.length === 0) command.error("error: missing required argument 'name', or --known-hosts <file>");
      const client = await cli.client();
      const rows: object[] = [];
      let worst: number = exitCodes.success;
      for (const name of names) {
        const { code, shown } = await enrolOne(client, name, options).catch((error: unknown) => {
          say(unknownHost(error));
          return { code: exitCodes.failed, shown: [] };
        });
        worst = Math.max(worst, code);
        rows.push(...shown.map((key) => ({ host: name, ...key })));
      }
      printData(rows, { format: cli.format(command), columns: ['host', 'type', 'fingerprint'], name: 'fingerprint' });
      cli.exitWith(worst);
    });
}

interface Enrolled { code: number; shown: ShownKey[] }

async function enrolOne(client: EdgeClient, name: string, options: EnrolOptions): Promise<Enrolled> {
  const { enrolled, offered, problem } = await client.get<ShownKeys>(`${hostPath(name)}/keys`);
  const chosen = options.fingerprint ? offered.filter((key) => key.fingerprint === options.fingerprint) : offered;
  if (chosen.length === 0) {
    say(offered.length > 0 ? `${name} offers no key with the fingerprint ${options.fingerprint}.` : `${name} shows no key. ${problem ?? ''}`.trim());
    return { code: offered.length > 0 ? exitCodes.usage : exitCodes.failed, shown: offered };
  }
  const changed = enrolled.length > 0 && !offered.some(({ key }) => enrolled.some((known) => isSameKey(known.key, key)));
  if (changed && !options.replace) {
    say(`${name} answers with another key than the enrolled ${enrolled.map(({ fingerprint }) => fingerprint).join(', ')}. Find out why; only then: edge host enrol ${name} --replace --fingerprint ${chosen[0]!.fingerprint}`);
    return { code: exitCodes.refused, shown: chosen };
  }
  if (!options.yes && !options.fingerprint) {
    say(`Compare with the host itself (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub), then: edge host enrol ${name}${options.replace ? ' --replace' : ''} --fingerprint ${chosen[0]!.fingerprint}`);
    return { code: exitCodes.success, shown: chosen };
  }
  const keys = options.replace ? chosen : [...enrolled, ...chosen.filter(({ key }) => !enrolled.some((known) => isSameKey(known.key, key)))];
  await client.post(`${hostPath(name)}/keys`, { keys: keys.map(({ key }) => key) });
  say(`${name}: ${chosen.length} key(s) enrolled`);
  return { code: exitCodes.success, shown: chosen };
}

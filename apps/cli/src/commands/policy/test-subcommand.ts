import { readFile } from 'node:fs/promises';
import { checkCommand } from '@edge/command-policy';
import type { PolicyDocument, Verdict } from '@edge/contracts';
import { Command } from 'commander';
import type { Cli } from '../../cli.js';
import { exitCodes } from '../../exit-codes.js';
import { printData, say } from '../../print.js';
import { readDocuments } from '../../read-documents.js';
import { bodyOf } from './check-subcommand.js';
import { type Labelled, readLabelled } from './read-labelled.js';

interface TestOptions { rules?: string; space?: string; environment?: string }

export interface Wrong { command: string; expect: string; verdict: string; rule: string; detail: string }

/** `edge policy test file`: labelled commands against the floor and the documents of `--rules`, here; with `--space`, against an installation. */
export function testSubcommand(cli: Cli): Command {
  return new Command('test')
    .description('Test labelled commands; exit 1 if a verdict is another than its label')
    .option('--rules <path>', 'file or folder with Policy documents to test with the floor')
    .option('--space <name>', 'ask the installation, with the rules for this space').option('--environment <name>', 'ask the installation, with the rules for this environment')
    .argument('<file>', 'a list of { command, expect, rule?, run_as? }, or lines "deny: command"')
    .action(async (file: string, options: TestOptions, command: Command) => {
      const list = readLabelled(file, await readFile(file, 'utf8'));
      if (list.length === 0) throw new Error(`There is no command in ${file}.`);
      const ask = options.space || options.environment ? await installation(cli, options) : here(await policiesOf(options.rules));
      const wrong = await wrongOf(list, ask);
      say(`${list.length - wrong.length} of ${list.length} as labelled`);
      if (wrong.length > 0 || cli.format(command) !== 'table') printData(wrong, { format: cli.format(command), columns: ['expect', 'verdict', 'rule', 'command'], name: 'command' });
      cli.exitWith(wrong.length === 0 ? exitCodes.success : exitCodes.failed);
    });
}

type Ask = (labelled: Labelled) => Promise<Pick<Verdict, 'verdict' | 'rule' | 'detail'>>;

const here = (rules: PolicyDocument[]): Ask => ({ command, run_as }) => Promise.resolve(checkCommand(command, { rules, ...(run_as ? { runAs: run_as } : {}) }));

async function installation(cli: Cli, { space, environment }: TestOptions): Promise<Ask> {
  const client = await cli.client();
  return ({ command, run_as }) => client.post<Verdict>('/api/v1/commands/check', bodyOf(command, { ...(space ? { space } : {}), ...(environment ? { environment } : {}), ...(run_as ? { runAs: run_as } : {}) }));
}

async function policiesOf(path: string | undefined): Promise<PolicyDocument[]> {
  const documents = path === undefined ? [] : (await readDocuments(path)).map(({ document }) => document);
  return documents.filter((document): document is PolicyDocument & { kind: 'Policy' } => 'kind' in document && document.kind === 'Policy');
}

export async function wrongOf(list: readonly Labelled[], ask: Ask): Promise<Wrong[]> {
  const wrong: Wrong[] = [];
  for (const labelled of list) {
    const { verdict, rule, detail } = await ask(labelled);
    const right = (labelled.expect === 'refused' ? verdict !== 'allow' : verdict === labelled.expect) && (labelled.rule === undefined || labelled.rule === rule);
    if (!right) wrong.push({ command: labelled.command, expect: labelled.rule === undefined ? labelled.expect : `${labelled.expect} by ${labelled.rule}`, verdict, rule, detail });
  }
  return wrong;
}

import { Command } from 'commander';
import type { Cli } from '../cli.js';
import { exitCodes } from '../exit-codes.js';
import { placed, placedProblem } from '../placed-problem.js';
import { printData, say, write } from '../print.js';
import { readDocuments } from '../read-documents.js';

interface Change { kind: string; name: string; change: 'create' | 'update' | 'unchanged' | 'delete'; pointers?: string[] }
interface Applied { changes: Change[]; warnings?: { pointer: string; detail: string }[] }

/** `apply`, `diff` and `export`: configuration as code. */
export function applyCommands(cli: Cli): Command[] {
  const apply = new Command('apply')
    .description('Show what differs and store it, all or nothing')
    .requiredOption('-f, --file <path>', 'file, folder, or - for standard input')
    .option('--dry-run', 'only show')
    .action(async (options: { file: string; dryRun?: boolean }, command: Command) => {
      const applied = await send(cli, options.file, options.dryRun ? 'show' : 'store');
      show(cli, command, applied);
    });
  const diff = new Command('diff')
    .description('Show what apply would change; exit 1 if anything')
    .requiredOption('-f, --file <path>', 'file, folder, or - for standard input')
    .action(async (options: { file: string }, command: Command) => {
      const applied = await send(cli, options.file, 'show');
      show(cli, command, applied);
      cli.exitWith(applied.changes.some((change) => change.change !== 'unchanged') ? exitCodes.failed : exitCodes.success);
    });
  const out = new Command('export')
    .description('Write the configuration as documents, in YAML or with -o json in JSON')
    .option('--space <name>', 'only this space')
    .action(async (options: { space?: string }, command: Command) => {
      const client = await cli.client();
      const format = cli.format(command);
      const query = { space: options.space };
      if (format === 'yaml' || format === 'table') return write((await client.get<string>('/api/v1/export', { query, headers: { accept: 'application/yaml' } })).trimEnd());
      printData((await client.get<{ documents: object[] }>('/api/v1/export', { query })).documents, { format, columns: [], name: 'name' });
    });
  return [apply, diff, out];
}

async function send(cli: Cli, file: string, mode: 'show' | 'store'): Promise<Applied> {
  const found = await readDocuments(file);
  if (found.length === 0) throw new Error(`There is no document in ${file}.`);
  const places = found.map(({ at }) => at);
  const client = await cli.client();
  try {
    const applied = await client.post<Applied>('/api/v1/apply', { documents: found.map(({ document }) => document), ...(mode === 'show' ? { dry_run: true } : {}) });
    for (const warning of applied.warnings ?? []) say(`warning ${placed(warning.pointer, places)}: ${warning.detail}`);
    return applied;
  } catch (error) {
    throw placedProblem(error, places);
  }
}

function show(cli: Cli, command: Command, applied: Applied): void {
  printData(applied.changes, { format: cli.format(command), columns: ['change', 'kind', 'name', 'pointers'], name: 'name' });
}

import { Command } from 'commander';
import type { Cli } from '../cli.js';
import { exitCodes } from '../exit-codes.js';
import { type Format, printData, say, write } from '../print.js';

interface RunOptions { hosts: string; timeout?: string; concurrency?: string; runAs?: string; space?: string; wait: string }

type Dictionary = Record<string, Record<string, [number | null, boolean, string[]]>>;
interface Detailed { answers: Dictionary; stderr: Record<string, string[]> }

/** `edge run --hosts a,b -- uptime`: one command on many hosts. */
export function runCommand(cli: Cli): Command {
  return new Command('run')
    .description('Run one command on many hosts')
    .requiredOption('--hosts <names>', 'the hosts, by comma')
    .option('--timeout <duration>', 'per host')
    .option('--concurrency <n>', 'hosts at once')
    .option('--run-as <user>', 'by sudo')
    .option('--space <name>', 'the space whose hosts they are')
    .option('--wait <seconds>', 'wait this long for all answers', '600')
    .argument('<command...>')
    .action(async (words: string[], options: RunOptions, command: Command) => {
      const client = await cli.client();
      const body = {
        hosts: options.hosts.split(','), command: words.join(' '), timeout: options.timeout, concurrency: options.concurrency === undefined ? undefined : Number(options.concurrency), run_as: options.runAs, space: options.space,
      };
      const answer = await client.call<Detailed>('POST', '/api/v1/commands?detail=true', { body: Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)), headers: { prefer: `wait=${options.wait}` } });
      if (answer.status === 202) {
        printData(answer.body, { format: cli.format(command), columns: ['action_id', 'status'], name: 'action_id' });
        return cli.exitWith(exitCodes.waiting);
      }
      const { answers, stderr } = answer.body;
      for (const [host, lines] of Object.entries(stderr)) for (const line of lines) say(`${host} | ${line}`);
      show(answers, cli.format(command));
      const good = Object.values(answers).every((byCommand) => Object.values(byCommand).every(([, succeeded]) => succeeded));
      cli.exitWith(good ? exitCodes.success : exitCodes.failed);
    });
}

function show(answers: Dictionary, format: Format): void {
  if (format === 'json' || format === 'yaml') return printData(answers, { format, columns: [], name: '' });
  if (format === 'name') return Object.keys(answers).forEach(write);
  for (const [host, byCommand] of Object.entries(answers)) {
    for (const [code, , lines] of Object.values(byCommand)) {
      for (const line of lines) write(`${host} | ${line}`);
      if (code !== 0) write(`${host} ! ${code === null ? 'no exit code' : `exit ${code}`}`);
    }
  }
}

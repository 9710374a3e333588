import { Command } from 'commander';
import { stringify } from 'yaml';
import type { Cli } from '../../cli.js';
import { type Format, write } from '../../print.js';
import { isUnread } from '../../readers.js';
import { resolveAction } from '../../resolve-action.js';

interface Line { id: string; at: string; host: string; step: string; stream?: string; text?: string; status?: string; message?: string }

export function logsCommand(cli: Cli): Command {
  return new Command('logs')
    .description("Print the hosts' output, or with --summary one line per host and step")
    .argument('<id>', 'an action id, or "last"')
    .option('--summary').option('--host <name>').option('--step <name>').option('--stream <stream>', 'stdout or stderr').option('-q, --query <words>', 'only lines with these words')
    .action(async (given: string, options: { summary?: boolean; host?: string; step?: string; stream?: string; query?: string }, command: Command) => {
      const client = await cli.client();
      const id = await resolveAction(client, given);
      const query = { kind: options.summary ? 'summary' : 'detail', host: options.host, step: options.step, stream: options.stream, q: options.query, limit: 1000 };
      const format = cli.format(command);
      for await (const line of client.pages<Line>(`/api/v1/actions/${id}/logs`, query)) {
        write(printed(line, format));
        if (isUnread()) return;
      }
    });
}

/** One document after the other, so that a long log is never held whole: JSON lines, YAML documents, or text. */
function printed(line: Line, format: Format): string {
  if (format === 'json') return JSON.stringify(line);
  if (format === 'yaml') return `---\n${stringify(line).trimEnd()}`;
  return format === 'name' ? line.id : shown(line);
}

function shown(line: Line): string {
  if (line.text === undefined) return `${line.at} ${line.host} ${line.step} ${line.status ?? ''} ${line.message ?? ''}`.trimEnd();
  return `${line.host} ${line.step} ${line.stream === 'stderr' ? '!' : '|'} ${line.text}`;
}

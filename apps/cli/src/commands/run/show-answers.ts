import type { ActionHostView } from '@edge/contracts';
import { type Format, printData, say, write } from '../../print.js';
import type { Answered } from './submitted-run.js';

/** What hosts wrote: their stdout to stdout, their stderr to stderr. */
export function showAnswers({ action_id: id, answers, stderr, hosts }: Answered, format: Format): void {
  for (const [host, lines] of Object.entries(stderr)) for (const line of lines) say(`${host} | ${line}`);
  if (format === 'json' || format === 'yaml') return printData(answers, { format, columns: [], name: '' });
  if (format === 'name') return Object.keys(answers).forEach(write);
  const results = new Map(hosts.map(({ host, result }) => [host, result]));
  for (const [host, byCommand] of Object.entries(answers)) {
    for (const [code, , lines] of Object.values(byCommand)) {
      const written = code === null ? writtenBefore(results.get(host), { id, shown: stderr[host] ?? [] }) : [];
      for (const line of [...written, ...lines]) write(`${host} | ${line}`);
      if (code !== 0) write(`${host} ! ${code === null ? 'no exit code' : `exit ${code}`}`);
    }
  }
}

/** What a command wrote that gave no exit code. Its result keeps the end of both streams together; what stderr had of it has been shown. */
function writtenBefore(result: ActionHostView['result'], { id, shown }: { id: string; shown: string[] }): string[] {
  const { tail = '', bytes = { stdout: 0, stderr: 0 } } = result ?? {};
  if (tail === '' || bytes.stdout === 0) return [];
  const told = new Set(shown);
  const lines = tail.replace(/\r?\n$/, '').split(/\r?\n/).filter((line) => !told.has(line));
  return Buffer.byteLength(tail) < bytes.stdout + bytes.stderr ? [`[edge: ${bytes.stdout} bytes of output; only its end follows; all that was kept: edge action logs ${id}]`, ...lines] : lines;
}

import { hash } from 'node:crypto';
import { type ActionHostView, causes, type HostResult, succeeded } from '@edge/contracts';

/** The seed's shape: host → command → [exit code, succeeded, lines]. A host that gave no exit code has null, why, and what to do. */
export type CommandAnswers = Record<string, Record<string, [number | null, boolean, string[]]>>;

/** @param outputs host → its standard output as text */
export function commandAnswers(command: string, results: { host: string; result?: HostResult; why?: string }[], outputs: Record<string, string>): CommandAnswers {
  return Object.fromEntries(results.map(({ host, result, why }) => [host, { [command]: answer(result, outputs[host] ?? '', why) }]));
}

/** The standard output where it is all that the result's tail holds, by its digest. */
export function wholeOutput({ tail, digest }: HostResult): string | undefined {
  return tail !== undefined && digest?.stdout === hash('sha256', tail) ? tail : undefined;
}

/** Hosts whose output an answer gives whole. */
export type FittingOutputs = ReadonlySet<string>;

const longestOutput = 4 * 1024 * 1024;
const longestAnswer = 32 * 1024 * 1024;

/** An answer is made in memory: it takes outputs up to a size, one by one and all together. */
export function fittingOutputs(hosts: Pick<ActionHostView, 'host' | 'result'>[], stream: 'stdout' | 'stderr' = 'stdout'): FittingOutputs {
  let total = 0;
  const fitting = hosts.filter(({ result }) => {
    const bytes = result?.bytes?.[stream] ?? 0;
    if (bytes > longestOutput || total + bytes > longestAnswer) return false;
    total += bytes;
    return true;
  });
  return new Set(fitting.map(({ host }) => host));
}

/** The end of what was too long, and where all of it is. */
export function tailOnly(action: string, { bytes, tail = '' }: HostResult): string {
  return `[edge: ${bytes?.stdout ?? 0} bytes of output, too long for this answer; only its end follows; all that was kept: edge action logs ${action}]\n${tail}`;
}

/** Where standard error is that an answer does not hold: of it a result keeps no tail. */
export function errorsElsewhere(action: string, bytes: number): string {
  return `[edge: ${bytes} bytes on stderr: edge action logs ${action} --stream stderr]`;
}

function answer(result: HostResult | undefined, output: string, why = 'It did not run.'): [number | null, boolean, string[]] {
  if (!result) return [null, false, [why]];
  if (result.code === undefined) return [null, false, whyNot(result)];
  return [result.code, succeeded(result), linesOf(output)];
}

/** What happened, and what to do about it. */
function whyNot({ cause, detail }: HostResult): string[] {
  const { says, remedy } = causes[cause];
  return [[says, detail].filter(Boolean).join(' '), remedy].filter(Boolean);
}

export function linesOf(text: string): string[] {
  if (text === '') return [];
  return text.replace(/\r?\n$/, '').split(/\r?\n/);
}

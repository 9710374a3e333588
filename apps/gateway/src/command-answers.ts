import { hash } from 'node:crypto';
import { causes, type HostResult, succeeded } from '@edge/contracts';

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

function linesOf(text: string): string[] {
  if (text === '') return [];
  return text.replace(/\r?\n$/, '').split(/\r?\n/);
}

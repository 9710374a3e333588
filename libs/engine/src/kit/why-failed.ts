import { causes, formatDuration, type HostResult } from '@edge/contracts';

/** One sentence for people: which step, how it ended, and the last line that the host wrote. */
export function whyFailed(step: string, result: HostResult, withinMs?: number): string {
  const said = lastLine(result.tail);
  return `${step}: ${how(result, withinMs)}${result.detail ? ` ${result.detail}` : ''}${said ? ` It said: ${said}` : ''}`;
}

function how(result: HostResult, withinMs: number | undefined): string {
  if (result.outcome === 'exited') return `the command exited with code ${result.code}.`;
  if (result.outcome === 'signalled') return `the command was ended by signal ${result.signal ?? 'unknown'}.`;
  if (result.outcome === 'timed-out' && withinMs !== undefined) return `the command did not end within ${formatDuration(withinMs)}.`;
  return causes[result.cause].says;
}

function lastLine(tail: string | undefined): string {
  return (tail ?? '').trimEnd().split('\n').at(-1)?.slice(-300).trim() ?? '';
}

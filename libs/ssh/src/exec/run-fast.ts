import type { HostResult } from '@edge/contracts';
import type { ShellCommand } from '@edge/ports';
import { ConnectFailure } from '../connect/connect-failure.js';
import type { CommandOutput } from '../output/command-output.js';
import type { SudoUse } from '../host-scripts/sudo-functions.js';
import { directCommand, plainScript } from '../host-scripts/plain-script.js';
import { ShellClosed } from '../shell-closed.js';
import type { HostLink } from './host-link.js';
import { exitResult, resultOf, signalResult } from './host-result.js';
import { runPlain, type PlainEnd } from './run-plain.js';

/** One plain exec, for what may be asked twice: nothing is recorded on the host, and a broken connection loses the answer. */
export async function runFast({ command, link, output, sudo, closed }: { command: ShellCommand; link: HostLink; output: CommandOutput; sudo?: SudoUse | undefined; closed: AbortSignal }): Promise<HostResult> {
  const startedAt = new Date().toISOString();
  const result = await attempt();
  if (closed.aborted && (result.outcome === 'lost' || result.outcome === 'not-started')) throw new ShellClosed();
  if (result.outcome === 'not-started') return result;
  return { ...result, startedAt, endedAt: new Date().toISOString(), ...(await output.finish()) };

  async function attempt(): Promise<HostResult> {
    const marker = link.newMarker();
    const request = { marker, ...(sudo ? { sudo } : {}), id: command.id, text: command.text, env: command.env ?? {}, ...(command.stdin ? { stdin: command.stdin } : {}) };
    const direct = directCommand(request);
    try {
      return resultOfEnd(await link.onChannel((connection) => runPlain({ connection, marker, script: () => plainScript(request), ...(direct ? { direct } : {}), input: command.stdin, output, withinMs: command.withinMs })));
    } catch (error) {
      if (error instanceof ConnectFailure) return resultOf(error.cause, error.detail);
      throw error;
    }
  }
}

function resultOfEnd(end: PlainEnd): HostResult {
  if (end.kind === 'timed-out') return resultOf('deadline', 'The channel was closed; a fast command is not looked for on the host.');
  if (end.kind === 'lost') return resultOf('connection-lost', end.why);
  if (end.kind === 'silent') return resultOf('no-posix-shell', end.noise ? `It said: ${end.noise.slice(0, 200)}` : undefined);
  return end.signal ? signalResult(end.signal) : exitResult(end.code);
}

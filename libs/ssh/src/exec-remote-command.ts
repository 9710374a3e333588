import { randomBytes } from 'node:crypto';
import { succeeded, type HostResult } from '@edge/contracts';
import type { Shell, ShellHost } from '@edge/ports';

/** Exit code (null where the host gave none), whether it succeeded, and the lines of its standard output (or why there is none). */
export type RemoteAnswer = [code: number | null, success: boolean, lines: string[]];

/** By host name, then by command: `{"s1": {"hostname": [0, true, ["s1-hostname"]]}}`. */
export type RemoteAnswers = Record<string, Record<string, RemoteAnswer>>;

export interface RemoteCommand {
  hosts: ShellHost[];
  command: string;
  /** Hosts at once. Default 10. */
  concurrency?: number;
  /** Default 600 s. */
  withinMs?: number;
  runAs?: string;
  redact?: string[];
}

const keptBytes = 1024 * 1024;

/** One command on many hosts in parallel. A host that fails has its answer like any other; nothing is thrown for it. */
export async function execRemoteCommand(shell: Shell, request: RemoteCommand): Promise<RemoteAnswers> {
  const answers: RemoteAnswers = {};
  for (const host of request.hosts) answers[host.name] = {}; // the order of the request, not of the answers
  const waiting = [...new Map(request.hosts.map((host) => [host.name, host])).values()];
  const worker = async () => {
    for (let host = waiting.shift(); host; host = waiting.shift()) answers[host.name]![request.command] = await answerOf(shell, host, request);
  };
  await Promise.all(Array.from({ length: Math.min(request.concurrency ?? 10, waiting.length) }, worker));
  return answers;
}

async function answerOf(shell: Shell, host: ShellHost, { command, withinMs = 600_000, runAs, redact }: RemoteCommand): Promise<RemoteAnswer> {
  let output = Buffer.alloc(0);
  const id = `run-${randomBytes(12).toString('hex')}`;
  const result = await shell.exec({ id, host, text: command, channel: 'durable', withinMs, ...(runAs ? { runAs } : {}), ...(redact ? { redact } : {}) }, ({ stream, bytes }) => {
    if (stream === 'stdout' && output.length < keptBytes) output = Buffer.concat([output, bytes]);
  });
  if (result.code === undefined) return [null, false, [why(result)]];
  return [result.code, succeeded(result), linesOf(output.toString('utf8'))];
}

function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function why({ outcome, cause, detail, signal }: HostResult): string {
  const what = signal ? `${outcome} by ${signal}` : `${outcome}: ${cause}`;
  return detail ? `${what}. ${detail}` : `${what}.`;
}

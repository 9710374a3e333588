import type { HostResult } from '@edge/contracts';
import type { ShellHost } from '@edge/ports';
import { SshShell } from '@edge/ssh';

export interface SshTask { id: string; host: ShellHost; text: string }

/** What a command gave in one executor: the output from its first byte. */
export interface SshEnd { id: string; result: HostResult; stdout: string; stderr: string }

/** An executor to be killed: a process of its own that runs what its parent sends and answers each end. */
export function runSshExecutor(keyFile: string): void {
  const shell = new SshShell({ identityFiles: [keyFile], connectTimeoutMs: 3_000, keepaliveIntervalMs: 500, keepaliveCountMax: 2 });
  process.on('message', (task: SshTask) => void run(shell, task));
  process.once('disconnect', () => process.exit(0));
  process.send?.('ready');
}

async function run(shell: SshShell, { id, host, text }: SshTask): Promise<void> {
  const output = { stdout: '', stderr: '' };
  const result = await shell.exec({ id, host, text, channel: 'durable', withinMs: 240_000 }, ({ stream, bytes }) => { output[stream] += Buffer.from(bytes).toString('latin1'); });
  process.send?.({ id, result, ...output } satisfies SshEnd);
}

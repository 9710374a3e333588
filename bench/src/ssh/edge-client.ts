// Edge's side, a process of its own. node edge-client.js cold|lines <task file>: one run and the end; node edge-client.js resident <task file>: asked by messages.
import { readFileSync, writeSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { SshShell } from '@edge/ssh';
import type { OutputSink, ShellHost } from '@edge/ports';
import { measureLatency } from './measure-latency.js';

interface Task { hosts: ShellHost[]; keyFile: string; text: string; channel: 'fast' | 'durable' }
export type Question = { do: 'run'; channel: 'fast' | 'durable' } | { do: 'latency'; rounds: number } | { do: 'memory' };
export interface Answer { wallMs: number; cpuMs: number; ok: number; rssMb: number; mostRssMb: number }

const [mode, taskFile = ''] = process.argv.slice(2);
const task = JSON.parse(readFileSync(taskFile, 'utf8')) as Task;
const shell = new SshShell({ identityFiles: [task.keyFile], maxHandshakes: 50 });
if (mode === 'cold') await cold();
else if (mode === 'lines') await lines();
else resident();

function exec(host: ShellHost, channel: Task['channel'], sink: OutputSink): Promise<boolean> {
  return shell.exec({ id: `bench-${randomBytes(8).toString('hex')}`, host, text: task.text, channel, withinMs: 300_000 }, sink).then(({ code }) => code === 0);
}

async function onAll(channel: Task['channel']): Promise<number> {
  const all = await Promise.all(task.hosts.map((host) => exec(host, channel, () => undefined)));
  return all.filter(Boolean).length;
}

async function cold(): Promise<void> {
  const ok = await onAll(task.channel);
  process.stdout.write('ok\n'.repeat(ok), () => process.exit(0));
}

/** Every line with its host's name before it, on standard output (a file). */
async function lines(): Promise<void> {
  await Promise.all(task.hosts.map((host) => {
    let open = '';
    return exec(host, task.channel, ({ bytes }) => {
      const text = open + Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
      const end = text.lastIndexOf('\n') + 1;
      open = text.slice(end);
      if (end > 0) writeSync(1, `${host.name}: ${text.slice(0, end - 1).replaceAll('\n', `\n${host.name}: `)}\n`, null, 'latin1');
    });
  }));
  process.exit(0);
}

function resident(): void {
  process.on('message', (question: Question) => void reply(question));
  process.once('disconnect', () => process.exit(0));
  process.send?.('ready');
}

async function reply(question: Question): Promise<void> {
  if (question.do === 'latency') return void process.send?.(await measureLatency({ host: task.hosts[0]!, keyFile: task.keyFile, shell, rounds: question.rounds }));
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  const ok = question.do === 'run' ? await onAll(question.channel) : 0;
  const { user, system } = process.cpuUsage(cpu);
  process.send?.({ wallMs: performance.now() - began, cpuMs: (user + system) / 1000, ok, rssMb: process.memoryUsage.rss() / 1e6, mostRssMb: mostRssMb() } satisfies Answer);
}

/** The most that this program has held. The kernel's `maxrss` would be that of the program that started it, if it was larger. */
function mostRssMb(): number {
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))![1]) / 1000;
}

import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Measured } from '../store/figures.js';
import { type Contest, inTurns, type Runs } from './measure-cold.js';
import { programTool } from './programs.js';
import type { Tool } from './run-tool.js';

/** 100,000 lines from each of 10 hosts into one file, every line with its host's name. */
export async function measureLines({ folder, fleet, peers, client, rounds }: Omit<Contest, 'text'>): Promise<Measured[]> {
  const text = `yes 'a line of the output of a command, as long as such lines are' | head -n 100000`;
  const task = join(folder, 'lines.json');
  const hosts = fleet.hosts.slice(0, 10);
  const edgeFile = join(folder, 'edge.out');
  const tools: [string, string, Tool][] = [];
  for (const channel of ['fast', 'durable'] as const) {
    const file = channel === 'fast' ? task : join(folder, 'lines-durable.json');
    await writeFile(file, JSON.stringify({ hosts, keyFile: fleet.keyFile, text, channel }));
    tools.push([channel, `Edge, ${channel}`, { ...programTool(client, ['lines', file]), into: edgeFile }]);
  }
  const { pssh } = peers;
  if (pssh) tools.push(['pssh', `${pssh.name} -P`, { ...pssh.command({ hosts: hosts.map(({ name }) => name), config: fleet.sshConfig, text, stream: true }), into: join(folder, 'pssh.out') }]);
  const runs = await inTurns(tools, rounds);
  return figures(runs, await linesIn(edgeFile));
}

function figures(runs: Record<string, Runs>, edgeLines: number): Measured[] {
  const ratio = runs['pssh'] ? [{ name: 'lines_vs_pssh', value: runs['pssh'].wallRatio, unit: '×', goal: 2, better: 'more' as const, about: '10 hosts × 100,000 lines: wall of pssh ÷ Edge' }] : [];
  return [
    ...ratio,
    { name: 'lines_missing', value: 1_000_000 - edgeLines, unit: '', goal: 0, about: '  lines that are not in the file that Edge wrote' },
    ...Object.entries(runs).map(([key, { name, wallMs, cpuMs }]) => ({ name: `lines_${key}_wall`, value: wallMs / 1000, unit: 's', about: `  ${name}: wall (its processor time ${(cpuMs / 1000).toFixed(2)} s)` })),
  ];
}

async function linesIn(file: string): Promise<number> {
  let lines = 0;
  for await (const bytes of createReadStream(file) as AsyncIterable<Buffer>) for (const byte of bytes) if (byte === 10) lines += 1;
  return lines;
}

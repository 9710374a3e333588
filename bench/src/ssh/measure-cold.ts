import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { quantile } from '../store/samples.js';
import type { Peers } from './find-peers.js';
import type { Fleet } from './fleet.js';
import { programTool } from './programs.js';
import { type Ran, runTool, type Tool } from './run-tool.js';

/** Medians of a tool; `wallRatio` and `cpuRatio`: median over the rounds of its cost ÷ that of the first tool, so that the load of the moment counts for both. */
export interface Runs extends Ran { name: string; wallRatio: number; cpuRatio: number }

export interface Contest { folder: string; fleet: Fleet; peers: Peers['peers']; client: string; text: string; rounds: number }

/** Every tool in turn, whole processes with their start, over new connections: medians by tool. */
export async function measureCold({ folder, fleet, peers, client, text, rounds }: Contest): Promise<Record<string, Runs>> {
  const task = join(folder, 'cold.json');
  await writeFile(task, JSON.stringify({ hosts: fleet.hosts, keyFile: fleet.keyFile, text, channel: 'fast' }));
  const hosts = fleet.hosts.map(({ name }) => name);
  const tools: [string, string, Tool][] = [['edge', 'Edge', programTool(client, ['cold', task])]];
  for (const [key, peer] of Object.entries(peers)) tools.push([key, peer.name, peer.command({ hosts, config: fleet.sshConfig, text })]);
  return inTurns(tools, rounds);
}

/** Ansible takes many times as long as the others: once is enough to say so. */
export async function inTurns(tools: [string, string, Tool][], rounds: number): Promise<Record<string, Runs>> {
  const all: Record<string, Ran[]> = {};
  for (let round = 0; round < rounds; round += 1) {
    for (const [key, , tool] of tools) if (key !== 'ansible' || round === 0) (all[key] ??= []).push(await runTool(tool));
  }
  const first = all[tools[0]![0]]!;
  return Object.fromEntries(tools.map(([key, name]) => [key, { name, ...summary(all[key]!, first) }]));
}

function summary(runs: Ran[], first: Ran[]): Omit<Runs, 'name'> {
  const middle = (value: (run: Ran, round: number) => number) => quantile(runs.map(value), 0.5);
  return {
    wallMs: middle((run) => run.wallMs), cpuMs: middle((run) => run.cpuMs), lines: middle((run) => run.lines),
    wallRatio: middle((run, round) => run.wallMs / first[round]!.wallMs), cpuRatio: middle((run, round) => run.cpuMs / first[round]!.cpuMs),
  };
}

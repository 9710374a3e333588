import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JournalRecord } from '@edge/contracts';
import { SshShell } from '@edge/ssh';
import { type LabHost, startLabHost } from '@edge/testing';
import { processorMs, startEdge, type UnderTest } from '../start/edge-under-test.js';
import type { Measured } from '../store/figures.js';
import { quantile } from '../store/samples.js';
import { stepScript } from './step-script.js';

const STEPS = 300;
/** The journal's clock ticks in milliseconds: so many steps are measured at once. */
const TOGETHER = 10;
const IDLE_MS = 20_000;

/** A real Edge and a real sshd: steps one after the other on one host, beside the same commands by launch-or-attach on a warm connection; then the idle process. */
export async function measureStep(folder: string): Promise<Measured[]> {
  const host = await startLabHost({ name: 'bench-1' });
  const scripts = join(folder, 'scripts');
  mkdirSync(scripts);
  writeFileSync(join(scripts, stepScript.file), stepScript.text);
  writeFileSync(join(folder, 'ssh_config'), `Host *\n  IdentityFile ${host.keyFile}\n`);
  const edge = await startEdge(join(folder, 'data'), { EDGE_SCRIPTS: scripts, EDGE_SSH_CONFIG: join(folder, 'ssh_config') });
  try {
    const fresh = await idle(edge);
    await configure(edge, host);
    await restart(edge); // opens the connection
    const began = processorMs(edge.pid);
    const records = await restart(edge);
    const cost = (processorMs(edge.pid) - began) / STEPS;
    const connected = await idle(edge);
    const before = process.cpuUsage();
    const raw = await rawCommands(host, textOf(records));
    const { user, system } = process.cpuUsage(before);
    const rawCost = (user + system) / 1000 / (STEPS + TOGETHER);
    const steps = stepsOf(records);
    const [step, command] = [quantile(steps, 0.5), quantile(raw, 0.5)];
    return [
      { name: 'command_p50', value: command, unit: 'ms', about: 'a command by launch-or-attach on a warm connection: median' },
      { name: 'step_p50', value: step, unit: 'ms', about: 'the same as a durable step of a script in edge up: median' },
      { name: 'step_overhead_p50', value: step - command, unit: 'ms', goal: 5, about: '  of these Edge: journal, bus, signatures, script' },
      { name: 'step_overhead_p90', value: quantile(steps, 0.9) - quantile(raw, 0.9), unit: 'ms', about: '  the same at 90 %' },
      { name: 'step_processor', value: cost, unit: 'ms', about: '  processor time of edge up per step, SSH included' },
      { name: 'step_overhead_processor', value: cost - rawCost, unit: 'ms', about: '  of these Edge: what it costs however busy the machine is' },
      { name: 'idle_processor', value: fresh, unit: '%', goal: 1, about: 'edge up, idle: share of one processor over 20 s' },
      { name: 'idle_connected', value: connected, unit: '%', goal: 1, about: '  the same after its work, connected to its host' },
    ];
  } finally {
    await edge.end();
    await host.stop();
  }
}

async function idle({ pid }: UnderTest): Promise<number> {
  await sleep(3_000); // what a start, or an end, leaves behind
  const [began, before] = [performance.now(), processorMs(pid)];
  await sleep(IDLE_MS);
  return ((processorMs(pid) - before) / (performance.now() - began)) * 100;
}

async function configure(edge: UnderTest, { host, port }: LabHost): Promise<void> {
  await call(edge, '/api/v1/apply', { documents: [
    { kind: 'Space', name: 'bench', title: 'Bench' },
    { kind: 'Environment', name: 'plain', script: 'steps', config: { server_info: 'server_list' } },
    { kind: 'Host', name: host.name, address: '127.0.0.1', port, user: host.user, zone: 'one', spaces: ['bench'], keys: host.keys },
    { kind: 'Project', space: 'bench', name: 'project', environment: 'plain', config: { server_list: { one: [host.name] }, steps: STEPS, version: 'v1' } },
  ] });
}

/** One action to its end; its journal. */
async function restart(edge: UnderTest): Promise<JournalRecord[]> {
  const { action_id: id } = await call<{ action_id: string }>(edge, '/space/bench/project/restart/', { countdown: 0, allow_duplicate: true });
  for (;;) {
    const { status } = await call<{ status: string }>(edge, `/api/v1/actions/${id}`);
    if (status === 'completed') break;
    if (['failed', 'cancelled', 'blocked'].includes(status)) throw new Error(`The action to be measured is ${status}.`);
    await sleep(500);
  }
  return (await call<{ items: JournalRecord[] }>(edge, `/api/v1/actions/${id}/journal?limit=1000`)).items;
}

async function call<T>({ url, token }: UnderTest, path: string, body?: object): Promise<T> {
  const answer = await fetch(new URL(path, url), { headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path}: ${text}`);
  return JSON.parse(text) as T;
}

const commandsOf = (records: JournalRecord[]) => records.flatMap((record) => (record.type === 'schedule' ? record.steps.flatMap((step) => (step.kind === 'exec' ? [{ at: record.at, step }] : [])) : []));

/** From one step's record to the next step's. */
function stepsOf(records: JournalRecord[]): number[] {
  const starts = commandsOf(records).map(({ at }) => at);
  return Array.from({ length: Math.floor((starts.length - 1) / TOGETHER) }, (_, n) => (starts[(n + 1) * TOGETHER]! - starts[n * TOGETHER]!) / TOGETHER);
}

function textOf(records: JournalRecord[]): string {
  return commandsOf(records)[0]!.step.text;
}

async function rawCommands({ host, keyFile }: LabHost, text: string): Promise<number[]> {
  const shell = new SshShell({ identityFiles: [keyFile] });
  const samples: number[] = [];
  for (let n = -TOGETHER; n < STEPS; n += TOGETHER) {
    const began = performance.now();
    for (let one = 0; one < TOGETHER; one += 1) {
      const { outcome, code } = await shell.exec({ id: randomUUID(), host, text, channel: 'durable', withinMs: 60_000 }, () => undefined);
      if (outcome !== 'exited' || code !== 0) throw new Error(`The command to be measured ended ${outcome}.`);
    }
    if (n >= 0) samples.push((performance.now() - began) / TOGETHER);
  }
  await shell.close(1_000);
  return samples;
}

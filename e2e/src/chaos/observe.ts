import { setTimeout as sleep } from 'node:timers/promises';
import type { EdgeClient } from '@edge/client';
import type { Acknowledged, History, SeenAction } from '../checker/history.js';
import { factsAtOnce } from './event-readers.js';
import { demoHosts, hostRuns } from '../embedded/demo-data.js';

/** An Edge, or a cluster, that can be asked. */
export interface Asked { client(): EdgeClient }

interface View { status: string; hosts: { host: string; state: string; commands: { step: string; result?: { outcome: string } }[] }[] }
interface Line { command_id: string; host: string }

const atOnce = 6;
const ends = ['completed', 'failed', 'cancelled'];

/** Waits until every acknowledged action has ended, or the time is over: what has not ended by then is the checker's to find. */
export async function awaitEnds(edge: Asked, acknowledged: Acknowledged[], withinMs: number): Promise<void> {
  const deadline = Date.now() + withinMs;
  const open = new Set(acknowledged.map(({ action }) => action));
  while (open.size > 0 && Date.now() < deadline) {
    for (const action of open) {
      const view = await edge.client().get<View>(`/api/v1/actions/${action}`).catch(() => undefined); // lost ones stay open and are found
      if (view && ends.includes(view.status)) open.delete(action);
    }
    if (open.size > 0) await sleep(200);
  }
}

/** Everything the checker believes, read from outside. `facts`: what readers of events were told, by action. */
export async function observe(edge: Asked, data: string, { acknowledged, facts = new Map() }: { acknowledged: Acknowledged[]; facts?: ReadonlyMap<string, string[]> }): Promise<History> {
  const client = edge.client();
  const actions: History['actions'] = {};
  const waiting = [...acknowledged];
  await Promise.all(Array.from({ length: atOnce }, async () => {
    for (let one = waiting.shift(); one; one = waiting.shift()) {
      const seen = await seenAction(client, one);
      const told = facts.get(one.action);
      if (seen) actions[one.action] = told ? { ...seen, facts: told, factsAtOnce: await factsAtOnce(edge, one.action) } : seen;
    }
  }));
  const runs = Object.fromEntries(demoHosts(data).map(({ name }) => [name, hostRuns(data, name)]));
  return { acknowledged, runs, actions };
}

async function seenAction(client: EdgeClient, { action, kind, lines }: Acknowledged): Promise<SeenAction | undefined> {
  const view = await client.get<View>(`/api/v1/actions/${action}`).catch(() => undefined); // unknown: the checker calls it lost
  if (!view) return undefined;
  const journal: SeenAction['journal'] = [];
  for await (const record of client.pages<SeenAction['journal'][number]>(`/api/v1/actions/${action}/journal`, { limit: 1000 })) journal.push(record);
  const outputs = kind === 'count' ? await outputsOf(client, action, view.hosts.filter((host) => host.state === 'succeeded').length * lines) : {};
  return { status: view.status, hosts: view.hosts.map(({ host, state, commands }) => ({ host, state, notStarted: commands.filter(({ result }) => result?.outcome === 'not-started').map(({ step }) => step) })), journal, outputs };
}

/** The log index may be a moment behind: it is given a few seconds to hold at least the lines that are due. */
async function outputsOf(client: EdgeClient, action: string, due: number): Promise<SeenAction['outputs']> {
  let lines: Line[] = [];
  for (let tries = 0; tries < 25; tries++) {
    lines = [];
    for await (const line of client.pages<Line>(`/api/v1/actions/${action}/logs`, { kind: 'detail', limit: 1000 })) lines.push(line);
    if (lines.length >= due * 2) break;
    await sleep(200);
  }
  const commands = new Map(lines.map((line) => [line.host, line.command_id]));
  const read = (command: string, stream: string) => client.get<string>(`/api/v1/actions/${action}/commands/${command}/output`, { query: { stream }, headers: { accept: 'application/octet-stream' } });
  return Object.fromEntries(await Promise.all([...commands].map(async ([host, command]) => [host, { stdout: await read(command, 'stdout'), stderr: await read(command, 'stderr') }] as const)));
}

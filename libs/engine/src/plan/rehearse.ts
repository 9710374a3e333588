import type { ActionSnapshot, CallPool, Finding, KnownPool, LoadBalancerCall, PlannedPool, Rehearsal, StepRequest, StepResult } from '@edge/contracts';
import type { ScriptInput, Turn, Wants } from '@edge/ports';
import type { AnyScript } from '@edge/script';
import { type RunSurroundings, runTogether } from '../kit/run-script.js';
import { mayBeOut } from '../rollout/index.js';
import { PlannedBalancer } from './planned-balancer.js';
import { PrintingShell } from './printing-shell.js';

/** A run as a rehearsal plays it: what it waits for is answered together, in the order of its asking. */
export interface Playable { start(): Promise<Turn[]>; deliverAll(answers: readonly StepResult[]): Promise<Turn[]> }

const mostSteps = 500_000;

/** A script on its kit, played beside it: nothing of it leaves the thread before its end. */
export function rehearse(script: AnyScript, { input, known }: { input: ScriptInput; known: readonly KnownPool[] }, surroundings: RunSurroundings): Promise<Rehearsal | Wants> {
  const run = runTogether(script, input, surroundings);
  return play({ start: async () => [await run.start()], deliverAll: async (answers) => [await run.deliverTogether(answers)] }, input.snapshot as unknown as ActionSnapshot, known);
}

/** Plays a run to its end against a shell that prints instead of running; stops where it asks for a pool of which nothing is known. */
export async function play(run: Playable, snapshot: ActionSnapshot, known: readonly KnownPool[]): Promise<Rehearsal | Wants> {
  const balancer = new PlannedBalancer(known);
  const shell = new PrintingShell(snapshot, balancer);
  const end = await playThrough(run, { shell, balancer });
  if (Array.isArray(end)) return { wants: end };
  const { texts, findings, warnings } = shell;
  return { zones: shell.planned.map((zone) => ({ ...zone, pools: poolsOf(snapshot, zone.zone, balancer) })), texts, findings: end.ok ? findings : [...findings, atFault(end.error)], warnings };
}

/** What a script did wrong, as a plan says it. */
function atFault({ message, file, line }: { message: string; file?: string; line?: number }): Finding {
  return { pointer: '/script', detail: message, ...(file ? { remedy: `Look at ${file}:${line}.` } : {}), level: 'error' };
}

interface Stage { shell: PrintingShell; balancer: PlannedBalancer }

async function playThrough(run: Playable, { shell, balancer }: Stage): Promise<NonNullable<Turn['end']> | CallPool[][]> {
  let turns = await run.start();
  for (let given = 0; given < mostSteps; ) {
    const requests = turns.flatMap((turn) => turn.requests);
    const end = turns.at(-1)?.end;
    const wants = end ? [] : wantedBy(requests, balancer);
    if (wants.length > 0) return wants;
    const answers = answersTo(end ? requests.filter(({ kind }) => kind === 'note') : requests, shell); // of a script that has ended only the notes are of interest
    if (end) return end;
    if (answers.length === 0) return { ok: false, error: { message: 'The script waits for nothing and does not end.' } };
    turns = await run.deliverAll(answers);
    given += answers.length;
  }
  return { ok: false, error: { message: `The script does not end within ${mostSteps} steps.` } };
}

function wantedBy(requests: readonly StepRequest[], balancer: PlannedBalancer): CallPool[][] {
  const calls = requests.flatMap((request) => (request.kind === 'call' && request.service === 'load-balancer' ? [request.request as unknown as LoadBalancerCall] : []));
  return calls.map((call) => balancer.unknown(call)).filter((pools) => pools.length > 0);
}

function answersTo(requests: readonly StepRequest[], shell: PrintingShell): StepResult[] {
  return requests.flatMap((request) => shell.answer(request) ?? []);
}

function poolsOf(snapshot: ActionSnapshot, zone: string, balancer: PlannedBalancer): PlannedPool[] {
  return snapshot.pools.filter((pool) => pool.zone === zone).map(({ name, inpool_threshold: threshold }) => {
    const hosts = snapshot.hosts.filter((host) => host.zone === zone && host.pools.includes(name)).length;
    const { members, serving, leastServing } = balancer.seen({ zone, name }) ?? { members: hosts, serving: hosts, leastServing: hosts };
    const view = { name, threshold, members: new Map(Array.from({ length: members }, (_, n) => [String(n), true])), ...(snapshot.allowEmptyPool ? {} : { atLeast: Math.min(1, members) }) };
    return { pool: name, members, serving, must_serve_percent: threshold, may_be_out: mayBeOut(view), least_serving: leastServing };
  });
}

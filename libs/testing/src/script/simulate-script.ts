import type { ActionSnapshot, HostResult, Json, JsonObject, Note, ResolvedHost, ResolvedPool, StepRequest, StepResult } from '@edge/contracts';
import { runScript } from '@edge/engine/kit';
import type { Delivery, Turn } from '@edge/ports';
import type { AnyScript } from '@edge/script';

/** What a simulated host answers; `undefined` means that the command succeeded without a word. */
export type HostAnswer = Partial<HostResult> | undefined;

export interface Simulation {
  script: AnyScript;
  type: string;
  config: JsonObject;
  /** Host name → zone, pools and variables; zones in the order of their first host. */
  hosts: Record<string, { zone: string; pools?: string[]; vars?: JsonObject; runs?: string }>;
  pools?: ResolvedPool[];
  zoneOrder?: 'parallel' | 'ordered';
  version?: string;
  loadBalancer?: ActionSnapshot['loadBalancer'];
  /** Address of the zone's artifact server. */
  artifactServer?: (zone: string) => string;
  /** Every command comes here. */
  onCommand?: (command: { host: string; step: string; text: string; n: number }) => HostAnswer;
  /** Every call comes here; throws with the sentence for people when it fails. */
  onCall?: (call: { service: string; request: JsonObject }) => Json;
  /** Waits for a verdict or an approval; `undefined`: nobody answers in time. */
  onSignal?: (wait: { names: string[]; waitingFor: string; match: Record<string, Json> }) => Json | undefined;
  /** Which of so many open commands, calls and waits is answered next; default the oldest. */
  pick?: (count: number) => number;
  /** Cancels the action after this many requests have been answered. */
  cancelAfter?: number;
}

export interface SimulationResult {
  end: NonNullable<Turn['end']>;
  /** Commands in the order they were asked for. */
  commands: { host: string; step: string; text: string; runAs?: string; stage?: number; batch?: number }[];
  requests: StepRequest[];
  notes: Note[];
  succeeded: string[];
  failed: Record<string, string>;
  skipped: string[];
  /** Every turn with the delivery that led to it: what a replay must give again. */
  turns: { delivery?: Delivery; turn: Turn }[];
  /** Virtual time that the script waited, in ms. */
  waitedMs: number;
}

/** Runs a script to its end against simulated hosts, in milliseconds and always the same way. */
export async function simulateScript(simulation: Simulation): Promise<SimulationResult> {
  const run = runScript(simulation.script, { action: 'simulated', type: simulation.type, snapshot: snapshotOf(simulation) as unknown as JsonObject }, {
    settle: () => new Promise((resolve) => { setImmediate(resolve); }),
  });
  const world = new SimulatedWorld(simulation);
  let turn = world.took(await run.start());
  while (!turn.end) {
    const delivery = world.next();
    if (!delivery) throw new Error('The script waits for nothing and does not end.');
    turn = world.took(await run.deliver(delivery), delivery);
  }
  world.finishWhatIsUnderWay();
  return world.result(turn.end);
}

/** Runs the script of a simulation again by what it was given then; answers its turns. */
export async function replayScript(simulation: Simulation, { turns }: Pick<SimulationResult, 'turns'>): Promise<Turn[]> {
  const run = runScript(simulation.script, { action: 'simulated', type: simulation.type, snapshot: snapshotOf(simulation) as unknown as JsonObject }, {
    settle: () => new Promise((resolve) => { setImmediate(resolve); }),
  });
  const again: Turn[] = [];
  for (const { delivery } of turns) again.push(delivery ? await run.deliver(delivery) : await run.start());
  return again;
}

/** The snapshot that a simulated action carries. */
export function snapshotOf({ config, hosts, pools = [], zoneOrder = 'parallel', version, loadBalancer, artifactServer = (zone) => `http://files.${zone.toLowerCase()}` }: Omit<Simulation, 'script'>): ActionSnapshot {
  const resolved: ResolvedHost[] = Object.entries(hosts).map(([name, { zone, pools: own = [], vars }]) => ({ name, zone, pools: own, spaces: ['simulated'], ...(vars ? { vars } : {}) }));
  const zones = [...new Set(resolved.map(({ zone }) => zone))];
  return {
    script: { name: 'simulated', sha: '' }, values: config, hosts: resolved, zones, zoneOrder, pools, policyVersion: '0', allowEmptyPool: true,
    config: Object.fromEntries(Object.entries(config).map(([key, value]) => [key, { value, origin: 'project' as const }])),
    artifactServers: Object.fromEntries(zones.map((zone) => [zone, artifactServer(zone)])),
    from: Object.fromEntries(Object.entries(hosts).flatMap(([name, { runs }]) => (runs === undefined ? [] : [[name, runs]]))),
    ...(version === undefined ? {} : { to: version }), ...(loadBalancer ? { loadBalancer } : {}),
  };
}

class SimulatedWorld {
  private readonly requests: StepRequest[] = [];
  private readonly turns: SimulationResult['turns'] = [];
  private readonly waiting: StepRequest[] = [];
  private readonly counts = new Map<string, number>();
  private nowMs = 0;
  private answered = 0;
  private cancelled = false;

  constructor(private readonly simulation: Simulation) {}

  took(turn: Turn, delivery?: Delivery): Turn {
    this.turns.push({ turn, ...(delivery ? { delivery } : {}) });
    this.requests.push(...turn.requests);
    this.waiting.push(...turn.requests.filter(({ kind }) => kind !== 'note'));
    return turn;
  }

  /** Commands and calls first, in order; then the wait that ends soonest. */
  next(): Delivery | undefined {
    if (this.simulation.cancelAfter === this.answered && !this.cancelled) {
      this.cancelled = true;
      return { cancel: 'simulated' };
    }
    this.answered += 1;
    const working = this.waiting.flatMap(({ kind }, at) => (kind === 'timer' ? [] : [at]));
    const index = working.length > 0 ? working[this.simulation.pick?.(working.length) ?? 0]! : this.soonest();
    const [request] = this.waiting.splice(index, 1);
    return request && this.answer(request);
  }

  /** The world does what it was asked for, also when nobody hears of it any more. */
  finishWhatIsUnderWay(): void {
    for (const request of this.waiting.splice(0)) if (request.kind === 'exec' || request.kind === 'call') this.answer(request);
  }

  result(end: NonNullable<Turn['end']>): SimulationResult {
    const notes = this.requests.flatMap((request) => (request.kind === 'note' ? [request.note] : []));
    const exec = this.requests.flatMap((request) => (request.kind === 'exec' ? [request] : []));
    return {
      end, requests: this.requests, turns: this.turns, notes, waitedMs: this.nowMs,
      commands: exec.map(({ host, step, text, runAs, stage, batch }) => ({ host, step, text, ...(runAs ? { runAs } : {}), ...(stage ? { stage } : {}), ...(batch ? { batch } : {}) })),
      succeeded: notes.flatMap((note) => (note.event === 'host-succeeded' ? [note.host] : [])),
      failed: Object.fromEntries(notes.flatMap((note) => (note.event === 'host-failed' ? [[note.host, note.why]] : []))),
      skipped: notes.flatMap((note) => (note.event === 'host-skipped' ? [note.host] : [])),
    };
  }

  private soonest(): number {
    const times = this.waiting.map((request) => ('forMs' in request ? request.forMs : Infinity));
    return times.indexOf(Math.min(...times));
  }

  private answer(request: StepRequest): StepResult {
    const { key } = request;
    if (request.kind === 'exec') return { key, host: this.onHost(request) };
    if (request.kind === 'timer') return this.elapsed(key, request.forMs);
    if (request.kind === 'signal') return this.signalled(request);
    if (request.kind === 'call') return this.called(request);
    return { key, value: request.kind === 'now' ? this.nowMs : 0.5 };
  }

  private onHost({ host, step, text }: Extract<StepRequest, { kind: 'exec' }>): HostResult {
    const counted = `${host}:${step}`;
    const n = (this.counts.get(counted) ?? 0) + 1;
    this.counts.set(counted, n);
    const answer = this.simulation.onCommand?.({ host, step, text, n });
    return { outcome: 'exited', cause: 'exit', ...(answer?.outcome === undefined || answer.outcome === 'exited' ? { code: 0 } : {}), ...answer };
  }

  private elapsed(key: string, forMs: number): StepResult {
    this.nowMs += forMs;
    for (const each of this.waiting) if (each.kind === 'timer') each.forMs = Math.max(0, each.forMs - forMs);
    return { key, timedOut: true };
  }

  private signalled({ key, names, waitingFor, match = {} }: Extract<StepRequest, { kind: 'signal' }>): StepResult {
    const value = this.simulation.onSignal?.({ names, waitingFor, match });
    return value === undefined ? { key, timedOut: true } : { key, value };
  }

  private called({ key, service, request }: Extract<StepRequest, { kind: 'call' }>): StepResult {
    try {
      return { key, value: this.simulation.onCall?.({ service, request: request as JsonObject }) ?? null };
    } catch (error) {
      return { key, error: error instanceof Error ? error.message : String(error) };
    }
  }
}

import { type ActionDocument, type Caller, EdgeError, type JournalRecord, type Signal, type Signed, topics } from '@edge/contracts';
import { foldAction, openWaits } from '@edge/engine';
import type { BusRecord } from '@edge/ports';
import type { PlannedSignal, PlannedStart } from '../scenario.js';
import type { SimulatedWorld } from './simulated-world.js';
import { recordOf } from './virtual-executor.js';

const client: Caller = { subject: 'token:client', name: 'client', interactive: false };
const boss: Caller = { subject: 'user:boss', name: 'boss', interactive: true };
const janitorMs = 30_000;

/** What was answered to a client. */
export interface Acknowledged { key: string; action: string; label: string; script: string }

/** Those who ask: clients that start actions, a boss who controls them, somebody who looks after what waits, and a forger. */
export class People {
  readonly acknowledged: Acknowledged[] = [];
  /** Requests that were neither answered nor refused yet. */
  unanswered = 0;

  constructor(private readonly world: SimulatedWorld) {}

  begin(): void {
    const { scenario, scheduler } = this.world;
    for (const start of scenario.starts) for (let copy = 0; copy < start.copies; copy += 1) {
      this.unanswered += 1;
      scheduler.after(start.at, () => void this.ask(start));
    }
    for (const signal of scenario.signals) scheduler.after(signal.at, () => void this.send(signal));
    for (const at of scenario.forgeries) scheduler.after(at, () => this.forge());
    this.janitor();
  }

  /** A client: the same request under the same key until there is an answer. */
  private async ask(start: PlannedStart): Promise<void> {
    const { gateway } = this.world;
    let answered = false;
    const again = (ms: number) => this.world.scheduler.after(ms, () => { if (!answered) { answered = true; void this.ask(start); } });
    again(30_000);
    try {
      const accepted = await gateway!.start(start.request, client);
      if (answered) return;
      answered = true;
      this.unanswered -= 1;
      this.acknowledged.push({ key: start.request.idempotencyKey!, action: accepted.action_id, label: String(start.request.config!.label), script: start.script });
      this.world.story.tell('client', 'was answered', { key: start.request.idempotencyKey, action: accepted.action_id.slice(-6), status: accepted.status });
    } catch (error) {
      if (answered) return;
      answered = true;
      if (error instanceof EdgeError) {
        this.unanswered -= 1;
        this.world.story.tell('client', 'was refused', { key: start.request.idempotencyKey, code: error.code });
      } else this.world.scheduler.after(this.world.dice.between(100, 3_000), () => void this.ask(start));
    }
  }

  private async send({ action: n, name, copies }: PlannedSignal): Promise<void> {
    const known = [...new Set(this.acknowledged.map(({ action }) => action))];
    const action = known[n % Math.max(1, known.length)];
    if (action) await this.signal(action, name, { copies });
  }

  private async signal(action: string, name: PlannedSignal['name'] | 'verdict', { copies = 1, verdict }: { copies?: number; verdict?: object } = {}): Promise<void> {
    const id = await this.world.gateway!.signal(action, name, { reason: 'simulated', ...verdict }, boss);
    this.world.story.tell('boss', name, { action: action.slice(-6), ...verdict, ...(id ? {} : { refused: true }) });
    if (!id) return;
    this.world.watch.signals.set(id, { action, at: this.world.scheduler.now });
    const sent = copies > 1 && this.world.bus.published(topics.actions.name).find(({ headers }) => headers.ce_id === id);
    if (sent) this.world.scheduler.after(this.world.dice.between(0, 2_000), () => this.world.bus.publishNow([{ topic: sent.topic, key: sent.key, headers: sent.headers, value: sent.value }]));
  }

  /** The person whose verdict a canary waits for: says yes, no or that it cannot be told; now and then twice, and now and then again when it is long past. */
  private judge(action: string, records: JournalRecord[]): void {
    const { dice, scheduler } = this.world;
    for (const { match, names } of openWaits(records)) {
      if (!names.includes('verdict')) continue;
      const { zone, stage } = match as { zone: string; stage: number };
      const say = () => void this.signal(action, 'verdict', { copies: dice.chance(0.3) ? 2 : 1, verdict: { zone, stage, verdict: dice.pick(['positive', 'positive', 'positive', 'negative', 'inconclusive']) } });
      say();
      if (dice.chance(0.3)) say();
      if (dice.chance(0.3)) scheduler.after(dice.between(1_000, 90_000), say);
    }
  }

  /** Somebody who may write to the topics, but has no key. */
  private forge(): void {
    const action = this.acknowledged[0]?.action;
    if (!action) return;
    this.world.story.met('forged signal');
    this.forgeCommand(action);
    const signal: Signal = { id: 'forged', name: 'cancel', by: 'nobody', at: new Date(0).toISOString(), reason: 'forged' };
    this.world.bus.publishNow([recordOf('edge.signal.sent.v1', { id: 'forged', action, data: { action, signed: this.world.keyring.sign('grant', { action, signal }) } })]);
  }

  /** A command that nobody asked for, signed with another key than an orchestrator's; and a true one whose content was changed afterwards. */
  private forgeCommand(action: string): void {
    const { bus, keyring, dice } = this.world;
    const { document } = this.world.documents.getNow<ActionDocument>('actions', action)!;
    const command = { command: `forged-${dice.between(0, 2 ** 31)}`, action, key: 'exec/forged/1', attempt: 1, step: 'forged', host: { name: document.hosts[0]!, keys: [] }, text: 'forged', channel: 'durable', withinMs: 60_000, space: document.space, project: document.project, type: document.type, actor: 'nobody' };
    this.world.story.met('forged command');
    bus.publishNow([commandRecord({ action, host: document.hosts[0]!, signed: keyring.sign('result', command), grant: document.grant })]);
    const [genuine] = bus.published(topics.commands.name).filter(({ headers }) => headers.ce_type === 'edge.command.requested.v1');
    if (!genuine) return;
    const { signed, grant } = JSON.parse(genuine.value) as { signed: Signed; grant: Signed };
    bus.publishNow([commandRecord({ action, host: genuine.key, signed: { ...signed, payload: signed.payload.replace(/"text":"[^"]*"/, '"text":"forged"').replace(/"command":"[^"]*"/, `"command":"forged-${dice.between(0, 2 ** 31)}"`) }, grant })]);
  }

  /** Somebody looks after what waits for people, so that everything ends; now and then with a double click. */
  private janitor(): void {
    this.world.scheduler.after(janitorMs, () => {
      this.world.expelThoseThatStandStill();
      for (const { document } of this.world.documents.findNow<ActionDocument>('actions', { limit: 100 })) {
        const records = this.world.journal.readNow(document.id);
        const { status } = foldAction(document, records);
        this.judge(document.id, records);
        const signal = { paused: 'resume', waiting: 'approve', blocked: 'cancel' }[status as string] as PlannedSignal['name'] | undefined;
        if (!signal || (status === 'paused' && this.world.elapsed < 120_000)) continue;
        for (let click = 0; click < (this.world.dice.chance(0.3) ? 2 : 1); click += 1) void this.signal(document.id, signal);
      }
      this.janitor();
    });
  }
}

function commandRecord({ action, host, signed, grant }: { action: string; host: string; signed: Signed; grant: Signed }): BusRecord {
  const record = recordOf('edge.command.requested.v1', { id: 'forged', action, data: { signed, grant } });
  return { ...record, topic: topics.commands.name, key: host };
}

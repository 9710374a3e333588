import { type ActionDocument, type ActionView, type Grant, type HostResult, type JournalRecord, type Signal, topics } from '@edge/contracts';
import type { CancelCommandPayload, CommandResultPayload, Envelope, RunCommandPayload } from '@edge/contracts/messages';
import { defaultLimits, foldAction, Runtime, type RuntimeDeps, type RuntimeLimits } from '@edge/engine';
import type { BusRecord } from '@edge/ports';
import type { AnyScript } from '@edge/script';
import { InProcessScripts } from './in-process-scripts.js';
import { MemoryDocuments } from './memory-documents.js';
import { MemoryJournal } from './memory-journal.js';
import { Scheduler } from './scheduler.js';
import { SharedKeyring } from './shared-keyring.js';
import { VirtualClock } from './virtual-clock.js';

const success: HostResult = { outcome: 'exited', cause: 'exit', code: 0 };

export interface StageOptions {
  limits?: Partial<RuntimeLimits>;
  /** What a command gives, as soon as it comes; undefined: no answer. Default: success. */
  answer?: (command: RunCommandPayload) => HostResult | undefined;
  deps?: Partial<RuntimeDeps>;
}

/** One runtime on a stage: memory stores, virtual time, hosts that answer at once. It can be killed and started again. */
export class RuntimeStage {
  readonly scheduler = new Scheduler();
  readonly clock = new VirtualClock(this.scheduler);
  readonly documents = new MemoryDocuments();
  readonly journal = new MemoryJournal();
  readonly keyring = new SharedKeyring('stage');
  readonly scripts = new InProcessScripts();
  readonly bundles = new Map<string, ReturnType<InProcessScripts['add']>>();
  /** Everything published to a topic of the bus, in order. */
  readonly published: BusRecord[] = [];
  readonly commands: RunCommandPayload[] = [];
  readonly cancelled: string[] = [];
  readonly notes: string[] = [];
  /** What keeps actions from starting; absent: nothing. */
  hindrance: { why: string; untilMs?: number } | undefined;
  runtime: Runtime;
  private tokens = 0;
  private generation = 0;

  constructor(private readonly options: StageOptions = {}) {
    this.runtime = this.born();
  }

  /** Stores an action as acceptance would. */
  action(script: AnyScript, more: Partial<ActionDocument> & { hostNames?: string[] } = {}): ActionDocument {
    const { hostNames = ['web-1', 'web-2'], ...fields } = more;
    const id = fields.id ?? 'action-1';
    this.bundles.set('sha', this.scripts.add('sha', script));
    const acceptedAt = new Date(this.scheduler.now).toISOString();
    const hosts = hostNames.map((name) => ({ name, zone: 'north', pools: [], spaces: ['s'] }));
    const grant: Grant = { action: id, actor: 'user:a', space: 's', project: 'p', type: 'deploy', hosts: hostNames, script: 'sha', configHash: '', issuedAt: acceptedAt, expiresAt: new Date(this.scheduler.now + 7 * 86_400_000).toISOString() };
    const document: ActionDocument = {
      id, space: 's', project: 'p', environment: 'e', type: 'deploy', actor: { subject: 'user:a', name: 'a', interactive: false }, acceptedAt, countdownSeconds: 0, startWithinMs: 1_800_000, onBusy: 'queue', needsApproval: false,
      hosts: hostNames, requestHash: '', grant: this.keyring.sign('grant', grant), projection: { status: 'accepted', seq: -1, at: acceptedAt, ended: false },
      snapshot: { script: { name: script.name, sha: 'sha' }, config: {}, values: {}, hosts, zones: ['north'], zoneOrder: 'parallel', pools: [], artifactServers: {}, allowEmptyPool: true, policyVersion: '', from: {}, to: 'v2' }, ...fields,
    };
    this.documents.writeNow([{ collection: 'actions', id, document, ifVersion: 0 }]);
    return document;
  }

  /** The process dies: nothing that it began is heard of again. */
  kill(): void {
    this.generation += 1;
    void this.runtime.stop();
    this.runtime = this.born();
  }

  request(action: string): Promise<void> {
    return this.runtime.handle(envelope('edge.action.requested.v1', action, { action }));
  }

  signal(action: string, signal: Partial<Signal> & Pick<Signal, 'name'>): Promise<void> {
    const whole: Signal = { id: `signal-${(this.tokens += 1)}`, by: 'ben', at: new Date(this.scheduler.now).toISOString(), ...signal };
    return this.runtime.handle(envelope('edge.signal.sent.v1', action, { action, signed: this.keyring.sign('signal', { action, signal: whole }) }));
  }

  finished(command: RunCommandPayload | CancelCommandPayload, result: HostResult): Promise<void> {
    const { action } = command;
    const payload: CommandResultPayload = { action, command: command.command, key: 'key' in command ? command.key : '', attempt: 'attempt' in command ? command.attempt : 1, host: command.host.name, executor: 'x', result };
    return this.runtime.handle(envelope('edge.command.finished.v1', action, { action, command: command.command, signed: this.keyring.sign('result', payload) }));
  }

  /** Lets time pass until nothing happens any more, at most so long. */
  async rest(withinMs = 600_000): Promise<void> {
    const end = this.scheduler.now + withinMs;
    await quiet();
    while ((this.scheduler.nextAt ?? Infinity) <= end && !this.allEnded()) {
      this.scheduler.step();
      await quiet();
    }
    if (!this.allEnded()) this.scheduler.now = Math.max(this.scheduler.now, end);
  }

  /** What can happen without time happens. */
  settled(): Promise<void> {
    return quiet();
  }

  records(action = 'action-1'): JournalRecord[] {
    return this.journal.readNow(action);
  }

  view(action = 'action-1'): ActionView {
    return foldAction(this.documents.getNow<ActionDocument>('actions', action)!.document, this.records(action));
  }

  private allEnded(): boolean {
    const actions = this.documents.findNow<ActionDocument>('actions', { limit: 100 });
    return actions.length > 0 && actions.every(({ document }) => document.projection.ended);
  }

  private born(): Runtime {
    const { generation } = this;
    const alive = () => generation === this.generation;
    const { journal, documents, keyring, scripts, clock } = this;
    return new Runtime({
      journal, documents, keyring, clock, scriptHost: scripts, owner: `owner-${generation}`, limits: { ...defaultLimits, ...this.options.limits }, newToken: () => `token-${(this.tokens += 1)}`,
      effects: { perform: async () => ({ status: 200, body: '' }) }, bundle: async (sha) => this.bundles.get(sha), mayStart: async () => this.hindrance, ended: async () => undefined,
      publish: async (records) => { if (alive()) this.took(records); }, note: (_facts, text) => { this.notes.push(text); }, ...this.options.deps,
    });
  }

  private took(records: BusRecord[]): void {
    this.published.push(...records);
    for (const { topic, headers, value } of records) {
      if (topic !== topics.commands.name) continue;
      const { signed } = JSON.parse(value) as { signed: Parameters<SharedKeyring['verify']>[1] };
      if (headers.ce_type === 'edge.command.cancelled.v1') this.cancelled.push(this.keyring.verify<CancelCommandPayload>('command', signed)!.command);
      else this.arrived(this.keyring.verify<RunCommandPayload>('command', signed)!);
    }
  }

  private arrived(command: RunCommandPayload): void {
    this.commands.push(command);
    const result = this.options.answer ? this.options.answer(command) : success;
    if (!result) return;
    const { generation } = this;
    setImmediate(() => { if (generation === this.generation) this.finished(command, result).catch((error: unknown) => this.notes.push(String(error))); });
  }
}

function envelope(type: string, action: string, data: object): Envelope {
  return { id: '', type, source: 'stage', time: '', correlationid: action, data };
}

/** A few turns of the event loop: scripts take one per delivery. */
async function quiet(): Promise<void> {
  for (let turn = 0; turn < 12; turn += 1) await new Promise((resolve) => { setImmediate(resolve); });
}

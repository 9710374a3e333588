import { type ActionDocument, type Caller, EdgeError, isEnd, type Signal, topics } from '@edge/contracts';
import { defaultLimits, foldAction, type LockTableDocument } from '@edge/engine';
import { FixedConfig, InProcessScripts, MemoryBus, MemoryDocuments, MemoryJournal, Scheduler, SharedKeyring } from '@edge/testing/world';
import type { Dice } from '@edge/testing/world';
import type { PlannedSignal, PlannedStart, Scenario } from '../scenario.js';
import { scriptNames, scriptsOf } from '../scripts.js';
import { Gateway } from './gateway.js';
import { Link, type Surroundings } from './link.js';
import { Orchestrator } from './orchestrator.js';
import { Story } from './story.js';
import { VirtualExecutor, recordOf } from './virtual-executor.js';
import { VirtualHosts } from './virtual-hosts.js';
import { Watch } from './watch.js';

const client: Caller = { subject: 'token:client', name: 'client', interactive: false };
const boss: Caller = { subject: 'user:boss', name: 'boss', interactive: true };
const janitorMs = 30_000;
/** After the last end: late deliveries, sweeps. */
const restMs = 150_000;
const longestMs = 4 * 3_600_000;
const mostEvents = 300_000;

/** What was answered to a client. */
export interface Acknowledged { key: string; action: string; label: string; script: string }

/** Programs, stores, hosts and people of one run. */
export class SimulatedWorld {
  readonly scheduler = new Scheduler();
  readonly dice: Dice;
  readonly story: Story;
  readonly documents = new MemoryDocuments();
  readonly journal = new MemoryJournal();
  readonly bus: MemoryBus;
  readonly config = new FixedConfig();
  readonly keyring = new SharedKeyring('simulated');
  readonly scripts: InProcessScripts;
  readonly hosts: VirtualHosts;
  readonly watch = new Watch(this);
  readonly acknowledged: Acknowledged[] = [];
  readonly editions = new Map<string, string>();
  private settling = 0;
  private orchestrators: Orchestrator[] = [];
  private gateway: Gateway | undefined;
  private born = 0;
  private unanswered = 0;
  private readonly start: number;

  constructor(readonly scenario: Scenario, { full = false } = {}) {
    this.dice = scenario.dice;
    this.start = this.scheduler.now;
    this.story = new Story(this.scheduler, full);
    this.bus = new MemoryBus({ now: () => this.scheduler.now, defer: (call) => void this.scheduler.after(this.dice.between(0, 3), call) });
    this.scripts = new InProcessScripts(() => this.settle());
    this.hosts = new VirtualHosts(this.scheduler, this.dice.fork(), this.story, scenario.odds);
    this.hosts.onLaunch = (job) => this.watch.launched(job);
  }

  /** Runs it to its end: every answered action has ended, or it is found that one does not. */
  async run(): Promise<void> {
    await this.bus.ensureTopics([{ ...topics.actions, partitions: 3 }, { ...topics.commands, partitions: 2 }, { ...topics.events, partitions: 1 }]);
    this.configure();
    await this.begin();
    while (!this.done()) {
      if (!this.scheduler.step()) break;
      await this.quiet();
    }
    const rest = this.elapsed + restMs;
    while (this.elapsed < rest && this.scheduler.step()) await this.quiet();
  }

  holders(): Set<string> {
    return new Set(this.lockTable().holders.map(({ action }) => action));
  }

  lockTable(): LockTableDocument {
    return this.documents.getNow<LockTableDocument>('locks', 'table')?.document ?? { holders: [], queue: [] };
  }

  get elapsed(): number {
    return this.scheduler.now - this.start;
  }

  private configure(): void {
    const { scenario, config } = this;
    this.install('first');
    const host = (n: number) => ({ name: `h${n}`, zone: n % 2 ? 'north' : 'south', pools: [], spaces: ['sim'] });
    for (const script of scriptNames) {
      for (const [project, numbers] of [['one', [1, 2, 3]], ['two', [3, 4]]] as const) {
        config.add({ space: 'sim', project: `${project}-${script}`, environment: 'sim', script: { name: script, sha: `${script}:first` }, values: { label: '', version: 'v' }, hosts: numbers.map(host) });
      }
    }
    const iso = (after: number) => new Date(this.start + after).toISOString();
    if (scenario.freeze) config.freezes = [{ name: 'frozen', from: iso(scenario.freeze.from), to: iso(scenario.freeze.to) }];
  }

  /** Scripts of an edition; new actions take them from now on. */
  private install(edition: string): void {
    const scripts = scriptsOf(edition, new Map());
    for (const name of scriptNames) {
      const sha = `${name}:${edition}`;
      this.config.bundles.set(sha, this.scripts.add(sha, scripts[name]));
      for (const project of this.config.projects.values()) if (project.script.name === name) project.script = { name, sha };
    }
  }

  private async begin(): Promise<void> {
    const { scenario, scheduler } = this;
    this.newGateway();
    for (let n = 0; n < 2; n += 1) await this.newOrchestrator();
    await new VirtualExecutor({ scheduler, bus: this.bus, keyring: this.keyring, hosts: this.hosts, story: this.story, dice: this.dice.fork(), unkindUntil: this.start + scenario.unkindness.until, forget: scenario.forget }).start();
    for (const start of scenario.starts) for (let copy = 0; copy < start.copies; copy += 1) {
      this.unanswered += 1;
      scheduler.after(start.at, () => void this.ask(start));
    }
    for (const signal of scenario.signals) scheduler.after(signal.at, () => void this.send(signal));
    for (const at of scenario.forgeries) scheduler.after(at, () => this.forge());
    if (scenario.upgradeAt !== undefined) scheduler.after(scenario.upgradeAt, () => this.install('second'));
    this.janitor();
  }

  private surroundings(target: Scenario['target']): Surroundings {
    const { scheduler, dice, story, scenario } = this;
    const unkindness = { ...scenario.unkindness, until: this.start + scenario.unkindness.until, ...(target ? { target } : {}) };
    return { scheduler, dice, story, unkindness, died: (link) => this.died(link), woke: (link) => this.woke(link) };
  }

  private newGateway(): void {
    this.born += 1;
    const { target } = this.scenario;
    this.gateway = new Gateway(new Link(`gateway-${this.born}`, this.surroundings(target?.program === 'gateway' ? target : undefined)), this);
  }

  private async newOrchestrator(): Promise<void> {
    this.born += 1;
    const { target, unanswered } = this.scenario;
    const made = new Orchestrator(new Link(`orch-${this.born}`, this.surroundings(target?.program === 'orchestrator' ? target : undefined)), this, { ...defaultLimits, unanswered, lookForLocksMs: 5_000 });
    this.orchestrators.push(made);
    await made.start();
  }

  /** The bus notices after a while; somebody starts it again. */
  private died(link: Link): void {
    const gone = this.orchestrators.find((one) => one.link === link);
    if (!gone) return void this.scheduler.after(this.dice.between(10, 5_000), () => this.newGateway());
    this.orchestrators = this.orchestrators.filter((one) => one !== gone);
    this.scheduler.after(this.dice.between(0, 8_000), () => { for (const consumer of gone.bus.consumers) this.bus.expel(consumer); });
    this.scheduler.after(this.dice.between(100, 20_000), () => void this.newOrchestrator());
  }

  /** One that stood still for long was given up by the bus, and is told so only now: it comes back as a new member. */
  private woke(link: Link): void {
    const zombie = this.orchestrators.find((one) => one.link === link);
    if (!zombie || !this.expelled.has(link)) return;
    this.expelled.delete(link);
    for (const consumer of zombie.bus.consumers) this.scheduler.after(this.dice.between(0, 500), () => link.reach(() => consumer.assigned([])));
    this.scheduler.after(this.dice.between(500, 3_000), () => link.die('left the group'));
  }

  private readonly expelled = new Set<Link>();

  /** Called by the janitor's look: members that stand still lose their partitions. */
  private expelThoseThatStandStill(): void {
    for (const one of this.orchestrators) {
      if (!one.link.paused || this.expelled.has(one.link)) continue;
      this.expelled.add(one.link);
      for (const consumer of one.bus.consumers) this.bus.expel(consumer);
    }
  }

  /** A client: the same request under the same key until there is an answer. */
  private async ask(start: PlannedStart): Promise<void> {
    const { gateway } = this;
    let answered = false;
    const again = (ms: number) => this.scheduler.after(ms, () => { if (!answered) { answered = true; void this.ask(start); } });
    again(30_000);
    try {
      const accepted = await gateway!.start(start.request, client);
      if (answered) return;
      answered = true;
      this.unanswered -= 1;
      this.acknowledged.push({ key: start.request.idempotencyKey!, action: accepted.action_id, label: String(start.request.config!.label), script: start.script });
      this.story.tell('client', 'was answered', { key: start.request.idempotencyKey, action: accepted.action_id.slice(-6), status: accepted.status });
    } catch (error) {
      if (answered) return;
      answered = true;
      if (error instanceof EdgeError) {
        this.unanswered -= 1;
        this.story.tell('client', 'was refused', { key: start.request.idempotencyKey, code: error.code });
      } else this.scheduler.after(this.dice.between(100, 3_000), () => void this.ask(start));
    }
  }

  private async send({ action: n, name, copies }: PlannedSignal): Promise<void> {
    const known = [...new Set(this.acknowledged.map(({ action }) => action))];
    const action = known[n % Math.max(1, known.length)];
    if (action) await this.signal(action, name, copies);
  }

  async signal(action: string, name: PlannedSignal['name'], copies = 1): Promise<void> {
    const id = await this.gateway!.signal(action, name, { reason: 'simulated' }, boss);
    this.story.tell('boss', name, { action: action.slice(-6), ...(id ? {} : { refused: true }) });
    if (!id) return;
    this.watch.signals.set(id, { action, at: this.scheduler.now });
    const sent = copies > 1 && this.bus.published(topics.actions.name).find(({ headers }) => headers.ce_id === id);
    if (sent) this.scheduler.after(this.dice.between(0, 2_000), () => this.bus.publishNow([{ topic: sent.topic, key: sent.key, headers: sent.headers, value: sent.value }]));
  }

  /** Somebody who may write to the topic, but has no key. */
  private forge(): void {
    const action = this.acknowledged[0]?.action;
    if (!action) return;
    this.story.met('forged signal');
    const signal: Signal = { id: 'forged', name: 'cancel', by: 'nobody', at: new Date(0).toISOString(), reason: 'forged' };
    this.bus.publishNow([recordOf('edge.signal.sent.v1', { id: 'forged', action, data: { action, signed: this.keyring.sign('grant', { action, signal }) } })]);
  }

  /** Somebody looks after what waits for people, so that everything ends; now and then with a double click. */
  private janitor(): void {
    this.scheduler.after(janitorMs, () => {
      this.expelThoseThatStandStill();
      for (const { document } of this.documents.findNow<ActionDocument>('actions', { limit: 100 })) {
        const { status } = foldAction(document, this.journal.readNow(document.id));
        const signal = { paused: 'resume', waiting: 'approve', blocked: 'cancel' }[status as string] as PlannedSignal['name'] | undefined;
        if (!signal || (status === 'paused' && this.elapsed < 120_000)) continue;
        for (let click = 0; click < (this.dice.chance(0.3) ? 2 : 1); click += 1) void this.signal(document.id, signal);
      }
      this.janitor();
    });
  }

  private done(): boolean {
    if (this.elapsed > longestMs || this.scheduler.happened > mostEvents) return true;
    if (this.unanswered > 0 || this.elapsed < 10_000) return false;
    return this.scheduler.happened % 16 === 0 && this.journal.actions().length > 0 ? this.allEnded() : this.acknowledged.length === 0 && this.elapsed > 60_000;
  }

  private allEnded(): boolean {
    const open = this.documents.findNow<ActionDocument>('actions', { where: { 'projection.ended': false }, limit: 1 });
    return open.length === 0 && this.acknowledged.every(({ action }) => { const last = this.journal.readNow(action).at(-1); return last?.type === 'end' && isEnd(last.status); });
  }

  /** Scripts are given a turn of the event loop of their own. */
  private settle(): Promise<void> {
    this.settling += 1;
    return new Promise((resolve) => {
      setImmediate(() => {
        this.settling -= 1;
        resolve();
      });
    });
  }

  /** Everything that can go on without time has gone on. */
  private async quiet(): Promise<void> {
    do await new Promise((resolve) => { setImmediate(resolve); });
    while (this.settling > 0);
  }
}

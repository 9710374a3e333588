import { type ActionDocument, isEnd, topics } from '@edge/contracts';
import { defaultLimits, type LockTableDocument, lockTableIn } from '@edge/engine';
import { FixedConfig, InProcessScripts, MemoryBus, MemoryDocuments, MemoryJournal, Scheduler, SharedKeyring } from '@edge/testing/world';
import type { Dice } from '@edge/testing/world';
import type { Scenario } from '../scenario.js';
import { plainScripts, pooledHosts, pooledScripts, poolProjects, scriptNames, scriptsOf } from '../scripts.js';
import { Gateway } from './gateway.js';
import { Link, type Surroundings } from './link.js';
import { Orchestrator } from './orchestrator.js';
import { People } from './people.js';
import { Story } from './story.js';
import { VirtualExecutor } from './virtual-executor.js';
import { VirtualHosts } from './virtual-hosts.js';
import { poolName, threshold, VirtualPool } from './virtual-pool.js';
import { Watch } from './watch.js';

/** After the last end: late deliveries, sweeps. */
const restMs = 150_000;
const longestMs = 4 * 3_600_000;
const mostEvents = 300_000;

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
  readonly people = new People(this);
  readonly pool = new VirtualPool(this, pooledHosts);
  private settling = 0;
  private orchestrators: Orchestrator[] = [];
  gateway: Gateway | undefined;
  private born = 0;
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
    return lockTableIn(<T>(id: string) => this.documents.getNow<T>('locks', id)?.document);
  }

  get elapsed(): number {
    return this.scheduler.now - this.start;
  }

  private configure(): void {
    const { scenario, config } = this;
    this.install('first');
    const host = (n: number) => ({ name: `h${n}`, zone: n % 2 ? 'north' : 'south', pools: [], spaces: ['sim'] });
    for (const script of plainScripts) {
      for (const [project, numbers] of [['one', [1, 2, 3]], ['two', [3, 4]]] as const) {
        config.add({ space: 'sim', project: `${project}-${script}`, environment: 'sim', script: { name: script, sha: `${script}:first` }, values: { label: '', version: 'v' }, hosts: numbers.map(host) });
      }
    }
    const pooled = (name: string) => ({ name, zone: 'north', pools: [poolName], spaces: ['sim'] });
    for (const script of pooledScripts) {
      for (const [project, names] of Object.entries(poolProjects[script])) {
        config.add({
          space: 'sim', project: `${project}-${script}`, environment: 'sim', script: { name: script, sha: `${script}:first` }, hosts: names.map(pooled), pools: [{ zone: 'north', name: poolName, inpool_threshold: threshold }],
          loadBalancer: { name: 'main', type: 'haproxy', retries: 3, retry_delay: '1s' }, allowEmptyPool: false,
          values: { label: '', version: 'v', member_session_wait_time: '20s', capacity_wait: '10m', ...(script === 'canary' ? { is_canary: true, canary_by: 'person', canary_timeout: '1h', staggered_batch: [34, 67, 100] } : {}) },
        });
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
    this.people.begin();
    if (scenario.upgradeAt !== undefined) scheduler.after(scenario.upgradeAt, () => this.install('second'));
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

  /** Members that stand still lose their partitions. */
  expelThoseThatStandStill(): void {
    for (const one of this.orchestrators) {
      if (!one.link.paused || this.expelled.has(one.link)) continue;
      this.expelled.add(one.link);
      for (const consumer of one.bus.consumers) this.bus.expel(consumer);
    }
  }

  private done(): boolean {
    if (this.elapsed > longestMs || this.scheduler.happened > mostEvents) return true;
    if (this.people.unanswered > 0 || this.elapsed < 10_000) return false;
    if (this.scheduler.happened % 16 !== 0) return false;
    const accepted = this.documents.findNow<ActionDocument>('actions', { limit: 1 }).length > 0; // its answer may have got lost
    return accepted ? this.allEnded() : this.elapsed > 60_000;
  }

  private allEnded(): boolean {
    const open = this.documents.findNow<ActionDocument>('actions', { where: { 'projection.ended': false }, limit: 1 });
    return open.length === 0 && this.people.acknowledged.every(({ action }) => { const last = this.journal.readNow(action).at(-1); return last?.type === 'end' && isEnd(last.status); });
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

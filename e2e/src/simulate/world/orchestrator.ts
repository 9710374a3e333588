import { type ActionDocument, topics } from '@edge/contracts';
import { decodeEnvelope } from '@edge/contracts/messages';
import { Calls, Dispatcher, mayStart, Runtime, type RuntimeLimits } from '@edge/engine';
import { Network } from '@edge/ports';
import type { Link } from './link.js';
import { LinkedBus, LinkedDocuments, LinkedEffects, LinkedJournal } from './linked-ports.js';
import { LinkedScripts } from './linked-scripts.js';
import type { SimulatedWorld } from './simulated-world.js';
import { LinkedBalancer } from './virtual-pool.js';

class NoNetwork extends Network {
  override http(): Promise<never> {
    return Promise.reject(new Error('There is no network in this world.'));
  }

  override connects(): Promise<never> {
    return Promise.reject(new Error('There is no network in this world.'));
  }
}

/** One orchestrator process: the real runtime behind the real dispatcher. */
export class Orchestrator {
  readonly bus: LinkedBus;
  private readonly runtime: Runtime;
  private readonly dispatcher: Dispatcher;
  private readonly documents: LinkedDocuments;

  constructor(readonly link: Link, private readonly world: SimulatedWorld, limits: RuntimeLimits) {
    this.documents = new LinkedDocuments(link, world.documents, (write) => world.watch.stored(write));
    this.bus = new LinkedBus(link, world.bus, (partitions) => this.assigned(partitions));
    const { dice, story, keyring } = world;
    const calls = new Calls({ clock: link.clock, documents: this.documents, network: new NoNetwork(), loadBalancer: () => new LinkedBalancer(link, world.pool) });
    this.runtime = new Runtime({
      journal: new LinkedJournal(link, world.journal, (record) => world.watch.wrote(link.name, record)), documents: this.documents, keyring, limits, clock: link.clock, owner: link.name,
      scriptHost: new LinkedScripts(link, world), effects: new LinkedEffects(link, calls, (action, call) => world.watch.performed(action, call)),
      bundle: (sha) => link.call('read bundle', () => world.config.bundles.get(sha)), publish: (records) => this.bus.publish(records), newToken: () => `${link.name}-${dice.between(0, 2 ** 31)}`,
      mayStart: (document) => mayStart(document, { config: world.config, clock: link.clock, keyring }),
      ended: async () => undefined,
      note: (facts, text) => story.tell(link.name, text, facts),
    });
    this.dispatcher = new Dispatcher({
      bus: this.bus, clock: link.clock, subscription: { topic: topics.actions.name, group: 'orchestrators', from: 'earliest' }, holds: () => true,
      control: ({ headers }) => world.scenario.spread && headers.ce_type === 'edge.command.finished.v1',
      handle: async (record) => {
        const envelope = decodeEnvelope(record);
        if (typeof envelope !== 'string') await this.runtime.handle(envelope);
      },
      deadLetter: async (record, cause) => world.watch.deadLetter(record, cause),
      report: ({ error }) => story.tell(link.name, 'tries a message again', { error: String(error) }),
    });
  }

  async start(): Promise<void> {
    await this.dispatcher.start();
  }

  /** Partitions decide who tries: actions of lost ones are let go, of gained ones taken up. */
  private assigned(partitions: number[]): void {
    const mine = new Set(partitions);
    const isLost = (action: string) => !mine.has(this.world.bus.partitionOf(topics.actions.name, action));
    void this.runtime.release(isLost);
    void this.takeUp(isLost);
  }

  private async takeUp(isLost: (action: string) => boolean): Promise<void> {
    try {
      const open = await this.documents.find<ActionDocument>('actions', { where: { 'projection.ended': false }, limit: 1_000 });
      await this.runtime.adopt(open.map(({ id }) => id).filter((id) => !isLost(id)));
    } catch (error) {
      this.world.story.tell(this.link.name, 'could not take up actions', { error: String(error) });
      this.link.clock.at(this.link.clock.now() + 1_000, () => void this.takeUp(isLost));
    }
  }
}

import { type Accepted, type Caller, EdgeError, newId, type StartRequest } from '@edge/contracts';
import { Acceptance, type SignalRequest } from '@edge/engine';
import type { Link } from './link.js';
import { LinkedBus, LinkedDocuments, LinkedJournal } from './linked-ports.js';
import { LinkedScripts } from './linked-scripts.js';
import type { SimulatedWorld } from './simulated-world.js';

const sweepMs = 5_000;

/** One gateway process: the real acceptance, asked by clients who try again under the same key until they are answered. */
export class Gateway {
  private readonly acceptance: Acceptance;

  constructor(readonly link: Link, private readonly world: SimulatedWorld) {
    const { config, keyring, dice, story } = world;
    const bus = new LinkedBus(link, world.bus);
    this.acceptance = new Acceptance({
      config, keyring, clock: link.clock, documents: new LinkedDocuments(link, world.documents), journal: new LinkedJournal(link, world.journal, () => undefined), scriptHost: new LinkedScripts(link, world),
      publish: (records) => bus.publish(records), checkCommand: () => ({ verdict: 'allow', rule: '', detail: '' }), newId: () => newId(link.clock.now(), dice.bytes(10)),
      note: (facts, text) => story.tell(link.name, text, facts),
    });
    this.sweepAgain();
  }

  start(request: StartRequest, caller: Caller): Promise<Accepted> {
    return this.acceptance.start(request, caller);
  }

  /** Undefined when it was refused. */
  async signal(action: string, name: Parameters<Acceptance['signal']>[1], body: SignalRequest, caller: Caller): Promise<string | undefined> {
    try {
      return (await this.acceptance.signal(action, name, body, caller)).id;
    } catch (error) {
      if (!(error instanceof EdgeError)) this.world.story.tell(this.link.name, 'a signal got no answer', { error: String(error) });
      return undefined;
    }
  }

  private sweepAgain(): void {
    this.link.clock.at(this.link.clock.now() + sweepMs, () => {
      this.acceptance.sweep().catch((error: unknown) => this.world.story.tell(this.link.name, 'could not sweep', { error: String(error) }));
      this.sweepAgain();
    });
  }
}

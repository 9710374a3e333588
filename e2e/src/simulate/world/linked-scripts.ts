import type { Finding, JsonObject, KnownPool, Rehearsal } from '@edge/contracts';
import { type Delivery, type ScriptBundle, type ScriptDescription, ScriptHost, type ScriptInput, type ScriptRun, type Turn, type Wants } from '@edge/ports';
import type { Link } from './link.js';
import type { SimulatedWorld } from './simulated-world.js';

/** Scripts of one program: their turns end with it, and stand still with it. */
export class LinkedScripts extends ScriptHost {
  constructor(private readonly link: Link, private readonly world: SimulatedWorld) {
    super();
  }

  override describe(bundle: ScriptBundle): Promise<ScriptDescription> {
    return this.world.scripts.describe(bundle);
  }

  override check(bundle: ScriptBundle, type: string, config: JsonObject): Promise<Finding[]> {
    return this.world.scripts.check(bundle, type, config);
  }

  override run(bundle: ScriptBundle, input: ScriptInput): ScriptRun {
    const run = this.world.scripts.run(bundle, input);
    this.world.story.tell(this.link.name, 'runs the script', { action: input.action.slice(-6), script: bundle.sha });
    return { start: () => this.reached(run.start()), deliver: (delivery: Delivery) => this.reached(run.deliver(delivery)), deliverAll: (deliveries: readonly Delivery[]) => this.reached(run.deliverAll(deliveries)), stop: () => run.stop() };
  }

  override rehearse(bundle: ScriptBundle, input: ScriptInput, known: readonly KnownPool[]): Promise<Rehearsal | Wants> {
    return this.world.scripts.rehearse(bundle, input, known);
  }

  override async close(): Promise<void> {}

  private reached<T extends Turn | Turn[]>(turn: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      turn.then((value) => this.link.reach(() => resolve(value)), (error: unknown) => this.link.reach(() => reject(error)));
    });
  }
}

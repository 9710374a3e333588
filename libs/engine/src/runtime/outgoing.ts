import type { ActionDocument, Signed } from '@edge/contracts';
import type { BusRecord } from '@edge/ports';
import type { ActionMemory } from './action-memory.js';
import { persistently } from './persistently.js';
import type { RuntimeDeps } from './runtime-deps.js';
import type { StepEffects } from './step-effects.js';

export interface OutgoingSurroundings { document: ActionDocument; memory: ActionMemory; effects: StepEffects; deps: RuntimeDeps; over: () => boolean }

/** What one action says to the bus: facts, commands, cancellations; together as far as they come together. */
export class Outgoing {
  private records: BusRecord[] = [];

  constructor(private readonly around: OutgoingSurroundings) {}

  /** Goes with the next sending. */
  add(records: BusRecord[]): void {
    this.records.push(...records);
  }

  /** Resolves when everything is durable on the bus. `commands`: those that wait may go now. */
  async send({ commands }: { commands: boolean }): Promise<void> {
    const { effects, memory } = this.around;
    const due = commands ? effects.commands(memory.grant) : [];
    await this.publish([...this.records.splice(0), ...due]);
  }

  /** Commands of which nobody has spoken for too long. */
  sendAgain(): void {
    const { effects, memory, deps, document } = this.around;
    this.publish(effects.silentCommands(memory.grant)).catch((error: unknown) => deps.note({ action: document.id, error: String(error) }, 'silent commands are not sent again here'));
  }

  private async publish(records: BusRecord[]): Promise<void> {
    if (records.length === 0) return;
    const { deps, document, over } = this.around;
    await persistently(() => deps.publish(records), { deps, action: document.id, fails: 'the bus does not take records', over });
  }
}

const ends = new WeakMap<Signed, number>();

/** Asked at every turn, and a grant names every host: read once. */
export function grantEndMs(grant: Signed): number {
  const known = ends.get(grant) ?? Date.parse((JSON.parse(grant.payload) as { expiresAt: string }).expiresAt);
  ends.set(grant, known);
  return known;
}

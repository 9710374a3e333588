import type { ActionDocument } from '@edge/contracts';
import type { ActionMemory } from './action-memory.js';
import type { JournalWriter } from './journal-writer.js';
import type { RuntimeDeps } from './runtime-deps.js';
import type { ScriptSide } from './script-side.js';
import { type Incoming, settleResults } from './settle-results.js';
import type { StepEffects } from './step-effects.js';

export interface ResultsSurroundings { document: ActionDocument; memory: ActionMemory; effects: StepEffects; script: ScriptSide; writer: JournalWriter; deps: RuntimeDeps }

const itemsPerRecord = 256;

/** Results on their way into the journal, and from there to the script. */
export class JournaledResults {
  constructor(private readonly around: ResultsSurroundings) {}

  /** `final`: whatever they are, nothing is tried again. @throws when the action has too many */
  async take(results: Incoming[], { final }: { final: boolean }): Promise<void> {
    const { document, memory, effects, script, writer, deps: { limits, note } } = this.around;
    const { items, next } = settleResults(results, { effects, memory, final });
    const before = memory.results;
    for (let start = 0; start < items.length; start += itemsPerRecord) await writer.append({ type: 'result', items: items.slice(start, start + itemsPerRecord) });
    script.hold(items.filter((item) => !item.key.includes('@')));
    for (const command of next) effects.ask(command);
    if (before < limits.warnResults && memory.results >= limits.warnResults) note({ action: document.id, results: memory.results }, 'an action has very many step results');
    if (memory.results > limits.maxResults && !final) throw new Error(`The action has more than ${limits.maxResults} step results.`);
  }
}

import type { HostResult, StepResult } from '@edge/contracts';
import type { ActionMemory } from './action-memory.js';
import type { OutstandingCommand } from './outstanding.js';
import type { StepEffects } from './step-effects.js';

/** What came in: the result of a command as an executor sent it, or of another step as its effect gave it. */
export type Incoming = { item: StepResult } | { command: string; result: HostResult };

/** What is news: the first result of each step that was asked for, and the commands that are to be asked once it is journaled. `final`: nothing is tried again. */
export function settleResults(results: Incoming[], { effects, memory, final }: { effects: StepEffects; memory: ActionMemory; final: boolean }): { items: StepResult[]; next: OutstandingCommand[] } {
  const items = new Map<string, StepResult>();
  const next: OutstandingCommand[] = [];
  for (const what of results) {
    const settled = 'item' in what ? { item: what.item } : effects.settle(what.command, what.result, { final });
    if (!settled || items.has(settled.item.key) || !memory.isNews(settled.item.key)) continue;
    items.set(settled.item.key, settled.item);
    if ('next' in settled && settled.next) next.push(settled.next);
  }
  return { items: [...items.values()], next };
}

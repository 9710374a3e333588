import { errors } from '@edge/contracts';
import type { Documents } from '@edge/ports';
import { InGroups } from './in-groups.js';

/** Who holds or waits for which keys (`project:<space>/<project>`, `host:<name>`). */
export interface LockEntry { action: string; space: string; keys: string[] }

/** The one lock document: holders and, first in first out, those who wait for whole sets. */
export interface LockTableDocument { holders: LockEntry[]; queue: LockEntry[] }

export type LockState = { state: 'held' } | { state: 'queued'; position: number; holder: LockEntry };

const maxTries = 200;

/** All or nothing: admitted when in conflict with no holder and no earlier waiter. Asking again changes nothing. */
export function admit(table: LockTableDocument, wanted: LockEntry): { table: LockTableDocument; answer: LockState } {
  if (table.holders.some((holder) => holder.action === wanted.action)) return { table, answer: { state: 'held' } };
  const place = table.queue.findIndex((waiter) => waiter.action === wanted.action);
  const earlier = place === -1 ? table.queue : table.queue.slice(0, place);
  const blocker = [...table.holders, ...earlier].find((other) => conflicts(other, wanted));
  if (!blocker) return { table: { holders: [...table.holders, wanted], queue: table.queue.filter((waiter) => waiter.action !== wanted.action) }, answer: { state: 'held' } };
  const waiting = place === -1 ? { ...table, queue: [...table.queue, wanted] } : table;
  return { table: waiting, answer: { state: 'queued', position: earlier.filter((other) => conflicts(other, wanted)).length + 1, holder: blocker } };
}

/** Frees what the action holds or waits for; the same table when it neither holds nor waits. */
export function free(table: LockTableDocument, action: string): LockTableDocument {
  if (![...table.holders, ...table.queue].some((entry) => entry.action === action)) return table;
  return { holders: table.holders.filter((entry) => entry.action !== action), queue: table.queue.filter((entry) => entry.action !== action) };
}

function conflicts(one: LockEntry, other: LockEntry): boolean {
  return one.keys.some((key) => other.keys.includes(key));
}

const empty: LockTableDocument = { holders: [], queue: [] };

type Decision = (table: LockTableDocument) => { table: LockTableDocument; answer: LockState | undefined };

/** The lock table in the store, changed by compare-and-swap; what is asked at once changes it at once. Locks belong to actions, not to processes: nothing expires. */
export class LockTable {
  private readonly line = new InGroups<Decision, LockState | undefined>((decisions) => this.change(decisions));

  constructor(private readonly documents: Documents) {}

  async read(): Promise<LockTableDocument> {
    return (await this.documents.get<LockTableDocument>('locks', 'table'))?.document ?? empty;
  }

  async acquire(wanted: LockEntry): Promise<LockState> {
    return (await this.line.add((table) => admit(table, wanted)))!;
  }

  async release(action: string): Promise<void> {
    await this.line.add((table) => ({ table: free(table, action), answer: undefined }));
  }

  private async change(decisions: Decision[]): Promise<(LockState | undefined)[]> {
    for (let tries = 0; tries < maxTries; tries++) {
      const stored = await this.documents.get<LockTableDocument>('locks', 'table');
      const before = stored?.document ?? empty;
      let table = before;
      const answers = decisions.map((decide) => {
        const decided = decide(table);
        table = decided.table;
        return decided.answer;
      });
      if (table === before || !(await this.documents.write([{ collection: 'locks', id: 'table', document: table, ifVersion: stored?.version ?? 0 }]))) return answers;
    }
    throw errors.unavailable('The lock table changes too fast; trying again.');
  }
}

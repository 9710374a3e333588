import type { ActionDocument } from '@edge/contracts';
import { lockEntryOf } from '../locks/lock-entry-of.js';
import type { LockState } from '../locks/lock-entry.js';
import { LockTable } from '../locks/lock-table.js';
import type { RuntimeDeps } from './runtime-deps.js';

/** The locks as an owner of actions asks for them, and frees them. What holds a lock without running any more holds nothing. */
export class HeldLocks {
  private readonly table: LockTable;
  private stopSweeping: (() => void) | undefined;
  private stopped = false;

  /** @param freed locks were freed that others may wait for */
  constructor(private readonly deps: RuntimeDeps, private readonly freed: () => Promise<void>) {
    this.table = new LockTable(deps.documents);
  }

  /** A holder that has ended, but whose owner died before it freed its locks, holds nothing. */
  async acquire(document: ActionDocument): Promise<LockState> {
    const state = await this.table.acquire(lockEntryOf(document));
    if (state.state === 'held') return state;
    const holder = await this.deps.documents.get<ActionDocument>('actions', state.holder.action);
    if (holder && !holder.document.projection.ended) return state;
    await this.table.release(state.holder.action);
    return this.table.acquire(lockEntryOf(document));
  }

  async release(action: string): Promise<void> {
    await this.table.release(action);
  }

  beginSweeping(): void {
    if (!this.stopSweeping && !this.stopped) this.sweepAgain();
  }

  stop(): void {
    this.stopped = true;
    this.stopSweeping?.();
  }

  /** One who stood still while it asked for locks may get them for an action that has ended meanwhile. */
  private sweepAgain(): void {
    const { clock, limits, note } = this.deps;
    this.stopSweeping = clock.at(clock.now() + limits.sweepLocksMs, () => {
      this.sweep().catch((error: unknown) => note({ error: String(error) }, 'the lock table could not be swept; the next time it will'));
      this.sweepAgain();
    });
  }

  private async sweep(): Promise<void> {
    const { holders, queue } = await this.table.read();
    for (const { action } of [...holders, ...queue]) {
      const stored = await this.deps.documents.get<ActionDocument>('actions', action);
      if (stored && !stored.document.projection.ended) continue;
      this.deps.note({ action }, 'freed the locks of an action that has ended');
      await this.table.release(action);
    }
    await this.freed();
  }
}

import type { ActionDocument } from '@edge/contracts';
import type { LockState } from '../locks/lock-entry.js';
import type { RunningAction } from './running-action.js';

/** What an action asks of its surroundings: locks, and to be forgotten. */
export interface Surroundings {
  acquire(document: ActionDocument): Promise<LockState>;
  /** After the end is durable: free locks, project, tell. */
  ended(action: RunningAction): Promise<void>;
  /** Another owner has it now. */
  lost(action: RunningAction): void;
  /** Its status is another one now. */
  statusChanged(action: RunningAction): void;
}

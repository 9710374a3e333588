export type ActionStatus =
  | 'accepted' | 'waiting' | 'queued' | 'counting-down' | 'running' | 'paused' | 'blocked' | 'cancelling'
  | 'completed' | 'failed' | 'cancelled';

/** The one table of legal transitions. A status is a fold of the journal through it; anything else is an error. */
export const transitions: Record<ActionStatus, readonly ActionStatus[]> = {
  accepted: ['waiting', 'queued', 'cancelled'],
  waiting: ['queued', 'running', 'paused', 'blocked', 'cancelling', 'cancelled'],
  queued: ['counting-down', 'paused', 'cancelled'],
  'counting-down': ['running', 'queued', 'paused', 'cancelled'],
  running: ['waiting', 'paused', 'blocked', 'cancelling', 'completed', 'failed', 'cancelled'],
  paused: ['queued', 'counting-down', 'running', 'waiting', 'cancelling', 'cancelled'],
  blocked: ['running', 'waiting', 'cancelling'],
  cancelling: ['cancelled', 'failed'],
  completed: [],
  failed: [],
  cancelled: [],
};

export const statuses = Object.keys(transitions) as ActionStatus[];
export const endStatuses: readonly ActionStatus[] = ['completed', 'failed', 'cancelled'];

export function isEnd(status: ActionStatus): boolean {
  return endStatuses.includes(status);
}

export function mayBecome(from: ActionStatus, to: ActionStatus): boolean {
  return transitions[from].includes(to);
}

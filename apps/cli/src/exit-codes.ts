import { EdgeProblem, EdgeUnreachable } from '@edge/client';
import { type ActionStatus, policyRefuses } from '@edge/contracts';

/** What the exit code of `edge` says (interfaces.md §5). */
export const exitCodes = { success: 0, failed: 1, usage: 2, refused: 3, waiting: 4, rolledBack: 5, cancelled: 6, unreachable: 7, blocked: 8, interrupted: 130 } as const;

const refused = new Set(['unauthenticated', 'forbidden', 'project-locked', 'frozen', 'too-late', 'conflict']);

export function exitCodeOfError(error: unknown): number {
  if (error instanceof EdgeUnreachable) return exitCodes.unreachable;
  if (!(error instanceof EdgeProblem)) return exitCodes.usage;
  if (error.status >= 500) return exitCodes.unreachable;
  if (error.problem.code === 'action-failed') return exitCodes.failed;
  return refused.has(error.problem.code) || isRefusedByPolicy(error) ? exitCodes.refused : exitCodes.usage;
}

/** The request is well-formed, but a rule of the command policy says no: nothing else is wrong with it. */
function isRefusedByPolicy({ problem: { code, errors } }: EdgeProblem): boolean {
  return code === 'invalid' && errors.length > 0 && errors.every(({ detail }) => detail.startsWith(policyRefuses));
}

export function exitCodeOfAction(action: { status: ActionStatus; rolled_back?: string }): number {
  if (action.status === 'completed') return exitCodes.success;
  if (action.status === 'cancelled') return exitCodes.cancelled;
  if (action.status === 'blocked') return exitCodes.blocked;
  if (action.status === 'failed') return action.rolled_back && action.rolled_back !== 'none' ? exitCodes.rolledBack : exitCodes.failed;
  return exitCodes.waiting;
}

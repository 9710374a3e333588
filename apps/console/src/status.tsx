import type { ActionStatus } from '@edge/contracts';

/** The status in its colour; a dot that breathes while something happens. */
export function Status({ status }: { status: ActionStatus }) {
  return <span className={`status ${status}`}>{status}</span>;
}

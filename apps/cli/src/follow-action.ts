import { setTimeout as sleep } from 'node:timers/promises';
import { type EdgeClient, EdgeProblem, type ServerEvent } from '@edge/client';
import { type ActionStatus, isEnd } from '@edge/contracts';
import { describeFact } from './describe-fact.js';
import { say, write } from './print.js';
import { type Piece, WholeLines } from './whole-lines.js';

export interface FollowedAction { action_id: string; status: ActionStatus; why?: string; rolled_back?: string }

/**
 * Prints what happens to an action until it ends, is blocked, or the time is over. A broken stream is taken up again where it broke.
 * Facts go to stderr, the hosts' lines to stdout.
 */
export async function followAction(client: EdgeClient, id: string, timeoutMs?: number): Promise<FollowedAction> {
  const deadline = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs);
  let lastEventId: string | undefined;
  const lines = new WholeLines();
  while (!deadline?.aborted) {
    try {
      for await (const event of client.events(`/api/v1/actions/${id}/events`, { ...(lastEventId ? { lastEventId } : {}), ...(deadline ? { signal: deadline } : {}) })) {
        lastEventId = event.id ?? lastEventId;
        if (showEvent(event, lines)) return await currentAction(client, id);
      }
    } catch (error) {
      if (error instanceof EdgeProblem && error.status < 500) throw error;
    }
    const action = await currentAction(client, id).catch(() => undefined); // Edge may be restarting: the action goes on, so do we
    if (action && (isEnd(action.status) || action.status === 'blocked')) return action;
    await sleep(500);
  }
  return currentAction(client, id);
}

function currentAction(client: EdgeClient, id: string): Promise<FollowedAction> {
  return client.get<FollowedAction>(`/api/v1/actions/${id}`);
}

/** Prints one event; true when it is the last that matters. */
function showEvent(event: ServerEvent, lines: WholeLines): boolean {
  const fact = JSON.parse(event.data) as { at?: string; data?: Record<string, unknown> } & Record<string, unknown>;
  const data = fact.data ?? fact;
  if (event.event === 'edge.output.appended.v1') {
    for (const line of lines.take(`${String(data.command)} ${String(data.stream)}`, pieceOf(data))) write(`${String(data.host)} ${data.stream === 'stderr' ? '!' : '|'} ${line}`);
    return false;
  }
  const line = describeFact(event.event, data);
  if (line !== undefined) say(`${(fact.at ?? '').slice(11, 19)}  ${line}`);
  return event.event === 'edge.action.status-changed.v1' && (isEnd(data.status as ActionStatus) || data.status === 'blocked');
}

function pieceOf(data: Record<string, unknown>): Piece {
  const [offset, text] = [Number(data.offset), String(data.text ?? '')];
  return { offset, end: Number(data.end ?? offset + Buffer.byteLength(text)), text, last: data.last === true };
}

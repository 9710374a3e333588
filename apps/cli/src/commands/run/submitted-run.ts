import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, type EdgeClient, EdgeProblem, EdgeUnreachable } from '@edge/client';
import type { Accepted, ActionHostView, ActionStatus } from '@edge/contracts';

/** Host → command → [exit code, succeeded, lines]. */
export type Dictionary = Record<string, Record<string, [number | null, boolean, string[]]>>;
export interface Answered { action_id: string; status: ActionStatus; answers: Dictionary; stderr: Record<string, string[]>; hosts: Pick<ActionHostView, 'host' | 'result'>[] }

const patienceMs = 5_000;
const pauseMs = 500;
/** Seconds; an answer that takes minutes to begin is cut off on its way. */
const longestAsk = 60;

/** One command on many hosts. However often it is asked for, with its key it is the same action: a broken connection or a restart of Edge does not run it twice. */
export class SubmittedRun {
  private readonly key = randomUUID();

  constructor(private readonly client: EdgeClient, private readonly body: object) {}

  async submit(): Promise<Accepted> {
    const { body } = await this.insisting(Date.now() + patienceMs, () => this.ask<Accepted>(0));
    return body;
  }

  /** What the hosts answered; or the action as it is when the time is over, or when it needs a person. */
  async answers(waitMs: number): Promise<Answered | Accepted> {
    const deadline = Date.now() + waitMs;
    for (;;) {
      const { status, body } = await this.insisting(deadline, () => this.ask<Answered | Accepted>(secondsUntil(deadline)));
      if (status === 200 || body.status === 'blocked' || Date.now() >= deadline) return body;
      await sleep(pauseMs); // an Edge that is about to end answers early
    }
  }

  private async insisting<T>(deadline: number, ask: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (!mayPass(error) || Date.now() >= deadline) throw error;
        await sleep(pauseMs);
      }
    }
  }

  private ask<T>(seconds: number): Promise<Answer<T>> {
    return this.client.call<T>('POST', '/api/v1/commands', { query: { detail: true }, body: this.body, headers: { 'idempotency-key': this.key, prefer: `wait=${seconds}` } });
  }
}

/** At least one: an answer without a wait tells how the action was when it was accepted. */
function secondsUntil(deadline: number): number {
  return Math.max(1, Math.min(longestAsk, Math.ceil((deadline - Date.now()) / 1000)));
}

function mayPass(error: unknown): boolean {
  return error instanceof EdgeUnreachable || (error instanceof EdgeProblem && error.status >= 500);
}

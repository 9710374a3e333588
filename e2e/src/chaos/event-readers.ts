import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerEvent } from '@edge/client';
import type { Asked } from './observe.js';

/** People who watch actions: each reads the events of one, takes up again after every broken connection where it was, and keeps what it was told. */
export class EventReaders {
  /** Action → facts, in the order in which they came. */
  readonly facts = new Map<string, string[]>();
  private readonly readers: Promise<void>[] = [];
  private stopped = false;

  constructor(private readonly edge: Asked) {}

  read(action: string): void {
    const told: string[] = [];
    this.facts.set(action, told);
    this.readers.push(this.readToTheEnd(action, told));
  }

  /** Resolves when everybody was told the end, or the time is over. */
  async done(withinMs: number): Promise<void> {
    await Promise.race([Promise.all(this.readers), sleep(withinMs, undefined, { ref: false })]);
    this.stopped = true;
  }

  private async readToTheEnd(action: string, told: string[]): Promise<void> {
    let lastEventId: string | undefined;
    while (!this.stopped) {
      try {
        for await (const event of this.edge.client().events(`/api/v1/actions/${action}/events`, lastEventId ? { lastEventId } : {})) {
          lastEventId = event.id ?? lastEventId;
          if (isFact(event)) told.push(event.data);
          if (isEnd(event)) return;
        }
      } catch {
        // Edge was killed: again from where this reader was
      }
      await sleep(50);
    }
  }
}

/** The facts of an ended action, read from the beginning without a break. */
export async function factsAtOnce(edge: Asked, action: string): Promise<string[]> {
  const facts: string[] = [];
  for await (const event of edge.client().events(`/api/v1/actions/${action}/events`)) if (isFact(event)) facts.push(event.data);
  return facts;
}

const isFact = ({ event }: ServerEvent): boolean => event !== 'edge.output.appended.v1' && event !== 'resync';

function isEnd({ event, data }: ServerEvent): boolean {
  if (event !== 'edge.action.status-changed.v1') return false;
  const { data: { status } } = JSON.parse(data) as { data: { status: string } };
  return ['completed', 'failed', 'cancelled'].includes(status);
}

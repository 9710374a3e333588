import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { isEnd } from '@edge/contracts';
import { Journal, LogIndex } from '@edge/ports';
import { ActionReader } from '../actions/action-reader.js';
import type { EventStream } from './event-stream.js';
import { Follower } from './follower.js';
import { LiveActions } from './live-actions.js';
import type { OutputRing } from './output-ring.js';
import { StoredOutput } from './stored-output.js';
import { decodePosition, type StreamPosition } from './stream-position.js';

/** Output on its way when the action ended is given this long to come in before the end is told. */
const quietMs = 150;
const patienceMs = 1_500;
const lookAgainMs = 2_000;
const lookUpMs = 200;
/** As long for what a result says that the host wrote: it may have to be indexed first. */
const allCameMs = 10_000;

/**
 * Tells one reader everything that happens to one action, from a position on, without gap or repeat. Facts are derived from the journal,
 * so they can be told again from anywhere; output comes from the ring, and `resync` sends the reader to the log index for what it lacks.
 */
@Injectable()
export class FollowAction {
  constructor(private readonly reader: ActionReader, private readonly journal: Journal, private readonly live: LiveActions, private readonly index: LogIndex) {}

  async follow(id: string, from: StreamPosition, stream: EventStream): Promise<void> {
    const ring = () => this.live.ring(id);
    const journal = from.seq < 0 ? [] : await this.journal.read(id);
    const reader = new Follower(await this.reader.document(id), stream, { from, journal, stored: new StoredOutput(this.index, id) });
    await reader.begin(ring());
    while (stream.open) {
      const woken = this.wakeUp(id);
      const records = await this.journal.read(id, Math.max(0, reader.seq));
      const ends = records.some((record) => record.type === 'end');
      if (ends) await this.untilQuiet(id);
      await reader.tellOutput(ring());
      await reader.tell(records.filter((record) => record.type !== 'end'));
      if (ends) {
        await this.untilAllCame(reader, { ring, stream });
        await reader.tell(records.filter((record) => record.type === 'end'));
        return stream.end();
      }
      await woken;
    }
  }

  /** Where a reader with this `Last-Event-ID` is; undefined if the action's stream cannot have sent it. */
  async positionOf(id: string, last: string | undefined): Promise<StreamPosition | undefined> {
    const position = decodePosition(id, last);
    if (!position || position.seq < 0) return position;
    return position.seq <= ((await this.journal.read(id)).at(-1)?.seq ?? -1) ? position : undefined;
  }

  /** True once there is nothing more to tell a reader who is at this position. */
  async ended(id: string, position: StreamPosition): Promise<boolean> {
    const { view, records } = await this.reader.read(id);
    return isEnd(view.status) && position.seq >= (records.at(-1)?.seq ?? 0);
  }

  private async untilQuiet(id: string): Promise<void> {
    const deadline = Date.now() + patienceMs;
    let last = Date.now();
    const stop = this.live.listen(id, () => (last = Date.now()));
    while (Date.now() - last < quietMs && Date.now() < deadline) await sleep(20);
    stop();
  }

  /** What results speak of is somewhere: on its way to the ring, or to the log index. */
  private async untilAllCame(reader: Follower, { ring, stream }: { ring: () => OutputRing; stream: EventStream }): Promise<void> {
    const deadline = Date.now() + allCameMs;
    while (reader.waits && stream.open && Date.now() < deadline) {
      await sleep(lookUpMs);
      await reader.tellOutput(ring());
      if (reader.waits) await reader.tellStored();
    }
  }

  private wakeUp(id: string): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        stop();
        resolve();
      };
      const timer = setTimeout(done, lookAgainMs);
      const stop = this.live.listen(id, done);
    });
  }
}

import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown, Optional } from '@nestjs/common';
import type { ActionDocument } from '@edge/contracts';
import { Runtime } from '@edge/engine';
import { Log } from '@edge/nest';
import { Documents } from '@edge/ports';
import { ActionOwnership } from './action-ownership.js';

const pageSize = 500;
const retryMs = 1_000;
const lookAgainMs = 3_000;

/**
 * Takes up every action that has not ended and is ours to try: claimed in its journal, replayed, gone on with. Once at the start where all are ours;
 * beside other orchestrators again and again, letting go of what has become another's.
 */
@Injectable()
export class UnfinishedActions implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(private readonly documents: Documents, private readonly runtime: Runtime, private readonly log: Log, @Optional() private readonly ownership?: ActionOwnership) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.takeUp();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.runtime.stop();
  }

  private async takeUp(): Promise<void> {
    try {
      await this.runtime.release((id) => !this.isMine(id));
      const ids = (await this.unfinished()).filter((id) => this.isMine(id));
      if (ids.length > 0 && !this.ownership) this.log.info({ actions: ids.length }, 'taking up unfinished actions');
      await this.runtime.adopt(ids);
      if (this.ownership) this.again(lookAgainMs);
    } catch (error) {
      this.log.warn({ error: String(error) }, 'unfinished actions could not be taken up; trying again');
      this.again(retryMs);
    }
  }

  private again(afterMs: number): void {
    if (!this.stopped) this.timer = setTimeout(() => void this.takeUp(), afterMs);
  }

  private isMine(id: string): boolean {
    return this.ownership?.isMine(id) ?? true;
  }

  private async unfinished(): Promise<string[]> {
    const ids: string[] = [];
    for (;;) {
      const page = await this.documents.find<ActionDocument>('actions', { where: { 'projection.ended': false }, limit: pageSize, ...(ids.length > 0 ? { after: ids.at(-1)! } : {}) });
      ids.push(...page.map((found) => found.id));
      if (page.length < pageSize) return ids;
    }
  }
}

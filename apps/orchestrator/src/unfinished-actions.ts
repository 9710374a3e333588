import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { ActionDocument } from '@edge/contracts';
import { Runtime } from '@edge/engine';
import { Log } from '@edge/nest';
import { Documents } from '@edge/ports';

const pageSize = 500;
const retryMs = 1_000;

/** Takes up, at the start, every action that has not ended: claimed in its journal, replayed, gone on with. */
@Injectable()
export class UnfinishedActions implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly documents: Documents, private readonly runtime: Runtime, private readonly log: Log) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.takeUp();
  }

  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    await this.runtime.stop();
  }

  private async takeUp(): Promise<void> {
    try {
      const ids = await this.unfinished();
      if (ids.length > 0) this.log.info({ actions: ids.length }, 'taking up unfinished actions');
      await this.runtime.adopt(ids);
    } catch (error) {
      this.log.warn({ error: String(error) }, 'unfinished actions could not be taken up; trying again');
      this.timer = setTimeout(() => void this.takeUp(), retryMs);
    }
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

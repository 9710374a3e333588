import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Acceptance } from '@edge/engine';
import { Log } from '@edge/nest';

const everyMs = 5_000;

/** Publishes accepted actions whose message did not get out: the action's document is its own outbox. */
@Injectable()
export class OutboxSweeper implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly acceptance: Acceptance, private readonly log: Log) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.sweep(), everyMs);
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private async sweep(): Promise<void> {
    try {
      await this.acceptance.sweep();
    } catch (error) {
      this.log.warn({ error: String(error) }, 'the outbox could not be swept; trying again');
    }
  }
}

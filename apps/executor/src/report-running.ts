import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Log } from '@edge/nest';
import { ExecutorService } from './executor.service.js';

const everyMs = 10_000;

/** Says again and again what is being worked on, so that nobody takes a long command for a lost one. */
@Injectable()
export class ReportRunning implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly executor: ExecutorService, private readonly log: Log) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.executor.reportRunning().catch((error: unknown) => this.log.warn({ error: String(error) }, 'running commands could not be told; they will be'));
    }, everyMs);
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }
}

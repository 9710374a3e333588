import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Log } from '@edge/nest';
import { ExecutorWatch } from '@edge/ports';
import { ExecutorIdentity } from './executor-identity.js';
import { ExecutorService } from './executor.service.js';
import { Intake } from './intake.js';

const everyMs = 5_000;

/** Says again and again that this executor is there, so that `/api/v1/system` knows it, and closes its intake when people want that. */
@Injectable()
export class ReportSelf implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly executor: ExecutorService, private readonly identity: ExecutorIdentity, private readonly intake: Intake, private readonly watch: ExecutorWatch, private readonly log: Log) {}

  onApplicationBootstrap(): void {
    const report = () => void this.report().catch((error: unknown) => this.log.warn({ error: String(error) }, 'this executor could not tell of itself; it will'));
    this.timer = setInterval(report, everyMs);
    report();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  async report(): Promise<void> {
    const { drain } = await this.watch.heard({ executor: this.identity.name, state: this.intake.state(), running: this.executor.runningCount() });
    if (drain) await this.intake.close();
  }
}

import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Log, Readiness } from '@edge/nest';
import type { ExecutorWork } from '@edge/ports';
import { ExecutorService } from './executor.service.js';

export const commandsGroup = 'edge-executor';

/** What reads the bus for this process. */
interface Reader { leave(group: string): Promise<void> }

/** Whether this executor takes commands. Once closed it stays so: the next process takes them again. */
@Injectable()
export class Intake implements OnModuleInit {
  private reader: Reader | undefined;
  private closed = false;

  constructor(private readonly executor: ExecutorService, private readonly readiness: Readiness, private readonly log: Log) {}

  onModuleInit(): void {
    this.readiness.register('executor', async () => {
      const [state, running] = [this.state(), this.executor.runningCount()];
      return { ok: state === 'working', detail: state === 'draining' ? `draining: it takes no more commands and finishes ${running}` : state };
    });
  }

  follow(reader: Reader | undefined): void {
    this.reader = reader;
  }

  state(): ExecutorWork {
    if (!this.closed) return 'working';
    return this.executor.runningCount() > 0 ? 'draining' : 'drained';
  }

  /** Takes no more commands; resolves when others may have them. What is in hand goes on and is answered. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.log.info({ running: this.executor.runningCount() }, 'draining: this executor takes no more commands');
    await this.reader?.leave(commandsGroup);
  }
}

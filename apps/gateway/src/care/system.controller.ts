import { Controller, Param } from '@nestjs/common';
import { ExecutorRoster, type ExecutorState } from '@edge/engine';
import { Handles } from '@edge/nest';
import { Bus, Documents, Journal, LogIndex } from '@edge/ports';

/** How Edge itself is doing. */
@Controller()
export class SystemController {
  constructor(private readonly bus: Bus, private readonly documents: Documents, private readonly journal: Journal, private readonly index: LogIndex, private readonly executors: ExecutorRoster) {}

  @Handles('showSystem')
  async show(): Promise<{ node: string; stores: Record<string, { ok: boolean; detail: string }>; lag: { group: string; topic: string; records: number }[]; executors: ExecutorState[] }> {
    const [executors, bus, documents, journal, log_index] = await Promise.all([this.executors.list(), this.bus.health(), this.documents.health(), this.journal.health(), this.index.health()]);
    const { lag, ...busHealth } = bus;
    return { node: process.version, stores: { bus: busHealth, documents, journal, log_index }, lag, executors };
  }

  @Handles('drainExecutor')
  async drain(@Param('executor') executor: string): Promise<ExecutorState> {
    return this.executors.drain(executor);
  }
}

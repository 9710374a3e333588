import { Controller } from '@nestjs/common';
import { Handles } from '@edge/nest';
import { Bus, Documents, Journal, LogIndex } from '@edge/ports';
import { Executors, type ExecutorState } from './executors.js';

/** How Edge itself is doing. */
@Controller()
export class SystemController {
  constructor(private readonly bus: Bus, private readonly documents: Documents, private readonly journal: Journal, private readonly index: LogIndex, private readonly executors: Executors) {}

  @Handles('showSystem')
  async show(): Promise<{ node: string; stores: Record<string, { ok: boolean; detail: string }>; lag: { group: string; topic: string; records: number }[]; executors: ExecutorState[] }> {
    const [bus, documents, journal, log_index] = await Promise.all([this.bus.health(), this.documents.health(), this.journal.health(), this.index.health()]);
    const { lag, ...busHealth } = bus;
    return { node: process.version, stores: { bus: busHealth, documents, journal, log_index }, lag, executors: this.executors.list() };
  }
}

import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Metrics } from '@edge/nest';
import { ExecutorService } from './executor.service.js';

@Injectable()
export class ExecutorFigures implements OnModuleInit {
  constructor(private readonly executor: ExecutorService, private readonly metrics: Metrics) {}

  onModuleInit(): void {
    this.metrics.gauge({ name: 'edge_refused_commands_total', help: 'Commands and cancellations that no known orchestrator signed: somebody else writes to the bus, or keys differ.' }, () => this.executor.refusedCount());
  }
}

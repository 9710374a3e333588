import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Runtime } from '@edge/engine';
import { Metrics } from '@edge/nest';

@Injectable()
export class OrchestratorFigures implements OnModuleInit {
  constructor(private readonly runtime: Runtime, private readonly metrics: Metrics) {}

  onModuleInit(): void {
    this.metrics.gauge({ name: 'edge_refused_answers_total', help: 'Results and signals that no known executor or gateway signed: somebody else writes to the bus, or keys differ.' }, () => this.runtime.refusedCount());
  }
}

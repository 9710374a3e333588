import { Body, Controller } from '@nestjs/common';
import { ServiceRoute } from '@edge/nest';
import { type ExecutorReport, ExecutorWatch } from '@edge/ports';

/** What the executors of a cluster tell of themselves: they hold no store. */
@Controller()
export class ExecutorWatchController {
  constructor(private readonly watch: ExecutorWatch) {}

  @ServiceRoute('executors/heard')
  async heard(@Body() report: ExecutorReport): Promise<{ answer: { drain: boolean } }> {
    return { answer: await this.watch.heard(report) };
  }
}

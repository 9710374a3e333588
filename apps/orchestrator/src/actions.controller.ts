import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { Envelope } from '@edge/contracts/messages';
import { Runtime } from '@edge/engine';

/** Topic `edge.actions`: everything that happens to an action, one lane per action; results pass it, so that what comes together is journaled together. */
@Controller()
export class ActionsController {
  constructor(private readonly runtime: Runtime) {}

  @EventPattern<string>('edge.actions', { group: 'edge-orchestrator', from: 'earliest', cap: 5_000, patient: true, control: ['edge.command.finished.v1'] })
  async received(@Payload() envelope: Envelope): Promise<void> {
    await this.runtime.handle(envelope);
  }
}

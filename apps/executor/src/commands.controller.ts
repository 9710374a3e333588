import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { errors } from '@edge/contracts';
import { CancelCommand, checkMessage, type Envelope, RunCommand } from '@edge/contracts/messages';
import { ExecutorService } from './executor.service.js';
import { commandsGroup } from './intake.js';

/** Topic `edge.commands`: one lane per host, cancellations past the lanes. */
@Controller()
export class CommandsController {
  constructor(private readonly executor: ExecutorService) {}

  @EventPattern<string>('edge.commands', { group: commandsGroup, from: 'earliest', cap: 2_000, patient: true, control: ['edge.command.cancelled.v1'] })
  async received(@Payload() envelope: Envelope): Promise<void> {
    if (envelope.type === 'edge.command.cancelled.v1') return this.executor.cancel(valid(CancelCommand, envelope.data));
    await this.executor.run(valid(RunCommand, envelope.data));
  }
}

function valid<T extends object>(target: new () => T, data: unknown): T {
  const checked = checkMessage(target, data);
  if (Array.isArray(checked)) throw errors.badRequest(checked.join('; '));
  return checked;
}

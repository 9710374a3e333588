import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { checkMessage, CommandsRunning, type Envelope, OutputAppended } from '@edge/contracts/messages';
import { EdgeContext } from '@edge/nest';
import { Executors } from '../care/executors.js';
import { LiveActions } from './live-actions.js';

/** Follows the bus for people who watch: a group of its own per process, from now on. */
@Controller()
export class LiveController {
  constructor(private readonly live: LiveActions, private readonly executors: Executors) {}

  @EventPattern<string>('edge.output', { group: 'edge-live', perProcess: true, from: 'latest', cap: 5_000 })
  output(@Payload() envelope: Envelope, @Ctx() context: EdgeContext): void {
    const chunk = checkMessage(OutputAppended, envelope.data);
    if (!Array.isArray(chunk)) this.live.output(chunk, BigInt(context.record.offset));
  }

  @EventPattern<string>('edge.events', { group: 'edge-live', perProcess: true, from: 'latest', cap: 5_000 })
  event(@Payload() envelope: Envelope): void {
    this.live.wake(envelope.correlationid);
  }

  @EventPattern<string>('edge.actions', { group: 'edge-live', perProcess: true, from: 'latest', cap: 5_000 })
  running(@Payload() envelope: Envelope): void {
    if (envelope.data instanceof CommandsRunning) this.executors.running(envelope.data);
  }
}

import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { type Envelope, OutputAppended } from '@edge/contracts/messages';
import { EdgeContext } from '@edge/nest';
import type { DeliveredRecord } from '@edge/ports';
import { LiveActions } from './live-actions.js';

/** Follows the bus for people who watch: a group of its own per process, from now on. */
@Controller()
export class LiveController {
  constructor(private readonly live: LiveActions) {}

  @EventPattern<string>('edge.output', { group: 'edge-live', perProcess: true, from: 'latest', cap: 5_000 })
  output(@Payload() envelope: Envelope, @Ctx() context: EdgeContext): void {
    if (envelope.data instanceof OutputAppended) this.live.output(envelope.data, BigInt(context.record.offset));
  }

  @EventPattern<string>('edge.events', { group: 'edge-live', perProcess: true, from: 'latest', cap: 5_000, raw: true })
  event(@Payload() { key }: DeliveredRecord): void {
    this.live.wake(key); // what it says stands in the journal, too
  }
}

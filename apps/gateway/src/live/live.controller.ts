import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { CommandsRunning, type Envelope, OutputAppended } from '@edge/contracts/messages';
import { EdgeContext, readEnvelope, typeOfRecord } from '@edge/nest';
import type { DeliveredRecord } from '@edge/ports';
import { Executors } from '../care/executors.js';
import { LiveActions } from './live-actions.js';

/** Follows the bus for people who watch: a group of its own per process, from now on. */
@Controller()
export class LiveController {
  constructor(private readonly live: LiveActions, private readonly executors: Executors) {}

  @EventPattern<string>('edge.output', { group: 'edge-live', perProcess: true, from: 'latest', cap: 5_000 })
  output(@Payload() envelope: Envelope, @Ctx() context: EdgeContext): void {
    if (envelope.data instanceof OutputAppended) this.live.output(envelope.data, BigInt(context.record.offset));
  }

  @EventPattern<string>('edge.events', { group: 'edge-live', perProcess: true, from: 'latest', cap: 5_000, raw: true })
  event(@Payload() { key }: DeliveredRecord): void {
    this.live.wake(key); // what it says stands in the journal, too
  }

  @EventPattern<string>('edge.actions', { group: 'edge-live', perProcess: true, from: 'latest', cap: 5_000, raw: true })
  running(@Payload() record: DeliveredRecord): void {
    if (typeOfRecord(record) !== 'edge.command.running.v1') return;
    const envelope = readEnvelope(record);
    if (typeof envelope !== 'string' && envelope.data instanceof CommandsRunning) this.executors.running(envelope.data);
  }
}

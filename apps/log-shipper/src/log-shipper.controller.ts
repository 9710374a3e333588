import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { checkMessage, type Envelope, OutputAppended, type PublicFact } from '@edge/contracts/messages';
import type { DeliveredRecord } from '@edge/ports';
import { OutputLines } from './output-lines.js';
import { StepSummaries } from './step-summaries.js';

/** Topics `edge.output` and `edge.events` into the log index. */
@Controller()
export class LogShipperController {
  constructor(private readonly lines: OutputLines, private readonly summaries: StepSummaries) {}

  /** Order counts within a command's stream only, so every command has a lane of its own. What a noisy one writes waits in the bus. */
  @EventPattern<string>('edge.output', { group: 'edge-log-shipper', from: 'earliest', cap: 2_000, size: { bytes: 8_000_000, share: 1_000_000 }, patient: true, laneOf: commandOf })
  async output(@Payload() envelope: Envelope): Promise<void> {
    const chunk = checkMessage(OutputAppended, envelope.data);
    if (Array.isArray(chunk)) throw new Error(chunk.join('; '));
    await this.lines.append(chunk);
  }

  /** A summary's version decides which one stays, so order counts within a host's step only: what comes together is stored together. */
  @EventPattern<string>('edge.events', { group: 'edge-log-shipper-events', from: 'earliest', cap: 2_000, patient: true, laneOf: summaryOf })
  async event(@Payload() envelope: Envelope): Promise<void> {
    await this.summaries.record(envelope);
  }
}

function summaryOf({ data }: Envelope, { key }: DeliveredRecord): string {
  const { host = '', step = '' } = ((data as Partial<PublicFact>).data ?? {}) as { host?: string; step?: string };
  return JSON.stringify([key, host, step]);
}

/** The command whose output it is; the key (its action) where a sender does not say. */
function commandOf({ causationid }: Envelope, { key }: DeliveredRecord): string {
  return causationid ?? key;
}

import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { DeliveredRecord } from '@edge/ports';
import { readEvent } from './read-event.js';
import { RequestsService } from './requests.service.js';

/** Topic `edge.requests`: CloudEvents and CDEvents of other platform services. What is malformed becomes a dead letter. */
@Controller()
export class RequestsController {
  constructor(private readonly requests: RequestsService) {}

  @EventPattern<string>('edge.requests', { group: 'edge-requests', from: 'earliest', cap: 200, patient: true, raw: true })
  async received(@Payload() record: DeliveredRecord): Promise<void> {
    await this.requests.received(readEvent(record));
  }
}

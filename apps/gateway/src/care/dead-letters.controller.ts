import { Controller, Param, Query } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { Caller } from '@edge/contracts';
import { type Envelope, PageQuery } from '@edge/contracts/messages';
import { CallerOf, fillPage, Handles, type Page } from '@edge/nest';
import type { Versioned } from '@edge/ports';
import { DeadLetters, type StoredDeadLetter } from './dead-letters.js';

@Controller()
export class DeadLettersController {
  constructor(private readonly letters: DeadLetters) {}

  @EventPattern<string>('edge.dlq', { group: 'edge-dead-letters', from: 'earliest', cap: 500, patient: true })
  async keep(@Payload() envelope: Envelope): Promise<void> {
    await this.letters.keep(envelope);
  }

  @Handles('listDeadLetters')
  async list(@Query() query: PageQuery): Promise<Page<StoredDeadLetter & { id: string }>> {
    const { rows, ...rest } = await fillPage<Versioned<StoredDeadLetter>>(query, { fetch: (after, limit) => this.letters.list(limit, after) });
    return { items: rows.map(({ id, document }) => ({ id, ...document })), ...rest };
  }

  @Handles('replayDeadLetter')
  async replay(@Param('id') id: string, @CallerOf() caller: Caller): Promise<StoredDeadLetter> {
    return this.letters.replay(id, caller.subject);
  }
}

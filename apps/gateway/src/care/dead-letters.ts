import { Injectable } from '@nestjs/common';
import { errors } from '@edge/contracts';
import { checkMessage, DeadLetter, type Envelope } from '@edge/contracts/messages';
import { onBusSoon } from '@edge/engine';
import { Log } from '@edge/nest';
import { Bus, Clock, Documents, type Versioned } from '@edge/ports';

/** A dead letter as it is kept for people: collection `dead-letters`, id = the message's. */
export interface StoredDeadLetter extends DeadLetter { replayedAt?: string; replayedBy?: string }

/** Messages that could not be handled: kept, shown, and sent again on demand. */
@Injectable()
export class DeadLetters {
  constructor(private readonly documents: Documents, private readonly bus: Bus, private readonly clock: Clock, private readonly log: Log) {}

  /** The same letter again changes nothing. */
  async keep(envelope: Envelope): Promise<void> {
    const letter = checkMessage(DeadLetter, envelope.data);
    if (Array.isArray(letter)) throw errors.badRequest(letter.join('; '));
    await this.documents.write([{ collection: 'dead-letters', id: envelope.id, document: { ...letter }, ifVersion: 0 }]);
  }

  list(limit: number, after?: string): Promise<Versioned<StoredDeadLetter>[]> {
    return this.documents.find<StoredDeadLetter>('dead-letters', { limit, order: 'desc', ...(after ? { after } : {}) });
  }

  /** @throws EdgeError `not-found`, `unavailable` */
  async replay(id: string, by: string): Promise<StoredDeadLetter> {
    const stored = await this.documents.get<StoredDeadLetter>('dead-letters', id);
    if (!stored) throw errors.notFound(`dead letter ${id}`);
    return onBusSoon(this.send(stored, by), { clock: this.clock, what: 'this message', look: 'the dead letter', note: (facts, text) => this.log.warn({ deadLetter: id, ...facts }, text) });
  }

  private async send({ id, document }: Versioned<StoredDeadLetter>, by: string): Promise<StoredDeadLetter> {
    const { topic, key, headers, value } = document;
    await this.bus.publish([{ topic, key, headers, value }]);
    const replayed = { ...document, replayedAt: new Date().toISOString(), replayedBy: by };
    await this.documents.write([{ collection: 'dead-letters', id, document: replayed }]);
    return replayed;
  }
}

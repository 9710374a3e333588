import type { ActionDocument } from '@edge/contracts';
import { type AcceptanceDeps, keptKeysMs } from './acceptance-deps.js';
import { outboxRecords } from './outbox-records.js';
import type { RememberedRequest } from './place-action.js';

/** An acceptance under way is given this long before others publish for it. */
const graceMs = 5_000;
const atOnce = 200;
const tries = 20;

/** Brings accepted actions onto the bus. An action's document is its own outbox: until `unpublished` is gone, anybody may publish it, again and again. */
export class Outbox {
  constructor(private readonly deps: Pick<AcceptanceDeps, 'documents' | 'keyring' | 'clock' | 'publish' | 'note'>) {}

  /**
   * Soon after acceptance; resolves when they are on the bus. What fails here, or is not yet noted, is made good by the sweep. Who takes an action up notes
   * with its first status that it was on the bus; only where more than the request itself was to be sent must that be noted here.
   */
  async send(documents: ActionDocument[]): Promise<void> {
    try {
      await this.publish(documents);
      for (const document of documents.filter(({ supersedes }) => supersedes)) void this.markNew(document).catch((error: unknown) => this.deps.note({ action: document.id, error: String(error) }, 'an action on the bus is not noted as such yet; the sweep notes it'));
    } catch (error) {
      for (const { id } of documents) this.deps.note({ action: id, error: String(error) }, 'an accepted action is not on the bus yet; the sweep publishes it');
    }
  }

  /** Publishes what was accepted and is not known to be on the bus; forgets Idempotency-Keys that are too old. */
  async sweep(): Promise<void> {
    const now = this.deps.clock.now();
    const waiting = await this.deps.documents.find<ActionDocument>('actions', { where: { unpublished: true }, limit: atOnce });
    for (const { document } of waiting) if (Date.parse(document.acceptedAt) <= now - graceMs) await this.publishAgain(document);
    const old = await this.deps.documents.find<RememberedRequest>('idempotency', { where: { at: { to: now - keptKeysMs } }, limit: atOnce });
    for (const { id, version } of old) await this.deps.documents.write([{ collection: 'idempotency', id, document: null, ifVersion: version }]);
  }

  private publish(documents: ActionDocument[]): Promise<void> {
    return this.deps.publish(documents.flatMap((document) => outboxRecords(document, this.deps.keyring)));
  }

  private async publishAgain(document: ActionDocument): Promise<void> {
    await this.publish([document]);
    await this.mark(document.id);
  }

  /** It has just been stored, so that it is most likely still as it was. */
  private async markNew(document: ActionDocument): Promise<void> {
    const { unpublished: _, ...published } = document;
    if (await this.deps.documents.write([{ collection: 'actions', id: document.id, document: published, ifVersion: 1 }])) await this.mark(document.id);
  }

  private async mark(id: string): Promise<void> {
    for (let attempt = 0; attempt < tries; attempt += 1) {
      const stored = await this.deps.documents.get<ActionDocument>('actions', id);
      if (!stored?.document.unpublished) return;
      const { unpublished: _, ...published } = stored.document;
      if (!(await this.deps.documents.write([{ collection: 'actions', id, document: published, ifVersion: stored.version }]))) return;
    }
  }
}

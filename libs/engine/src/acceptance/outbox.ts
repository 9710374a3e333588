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

  /** Right after acceptance. What fails here is made good by the sweep. */
  async send(document: ActionDocument): Promise<void> {
    try {
      await this.publish(document);
    } catch (error) {
      this.deps.note({ action: document.id, error: String(error) }, 'an accepted action is not on the bus yet; the sweep publishes it');
    }
  }

  /** Publishes what was accepted and is not known to be on the bus; forgets Idempotency-Keys that are too old. */
  async sweep(): Promise<void> {
    const now = this.deps.clock.now();
    const waiting = await this.deps.documents.find<ActionDocument>('actions', { where: { unpublished: true }, limit: atOnce });
    for (const { document } of waiting) if (Date.parse(document.acceptedAt) <= now - graceMs) await this.publish(document);
    const old = await this.deps.documents.find<RememberedRequest>('idempotency', { where: { at: { to: now - keptKeysMs } }, limit: atOnce });
    for (const { id, version } of old) await this.deps.documents.write([{ collection: 'idempotency', id, document: null, ifVersion: version }]);
  }

  private async publish(document: ActionDocument): Promise<void> {
    await this.deps.publish(outboxRecords(document, this.deps.keyring));
    for (let attempt = 0; attempt < tries; attempt += 1) {
      const stored = await this.deps.documents.get<ActionDocument>('actions', document.id);
      if (!stored?.document.unpublished) return;
      const { unpublished: _, ...published } = stored.document;
      if (!(await this.deps.documents.write([{ collection: 'actions', id: document.id, document: published, ifVersion: stored.version }]))) return;
    }
  }
}

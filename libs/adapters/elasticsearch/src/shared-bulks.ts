import { type BulkItem, cutBulks, maxBytes, maxItems, sizeOf } from './bulk-item.js';
import type { Refused } from './send-bulk.js';

/** What one caller handed in, small enough for one bulk. */
interface Parcel { items: BulkItem[]; bytes: number; resolve: (refused: Refused[]) => void; reject: (error: unknown) => void }

const bulksInFlight = 2;

/** Puts what several callers hand in at the same time into common bulks: a server does far more in few large requests than in many small ones. */
export class SharedBulks {
  private waiting: Parcel[] = [];
  private working = 0;

  constructor(private readonly send: (items: BulkItem[]) => Promise<Refused[]>) {}

  /** Resolves when all are in, with those that were refused for good; rejects when some are not known to be in: then all may be handed in again. */
  async add(items: BulkItem[]): Promise<Refused[]> {
    const ends = await Promise.allSettled(cutBulks(items).map((bulk) => new Promise<Refused[]>((resolve, reject) => {
      this.waiting.push({ items: bulk, bytes: bulk.reduce((sum, item) => sum + sizeOf(item), 0), resolve, reject });
      this.work();
    })));
    return ends.flatMap((end) => {
      if (end.status === 'rejected') throw end.reason;
      return end.value;
    });
  }

  private work(): void {
    while (this.working < bulksInFlight && this.waiting.length > 0) void this.sendNext();
  }

  private async sendNext(): Promise<void> {
    this.working += 1;
    const parcels = this.take();
    try {
      const refused = await this.send(parcels.flatMap(({ items }) => items));
      for (const { items, resolve } of parcels) resolve(ofThese(items, refused));
    } catch (error) {
      for (const { reject } of parcels) reject(error);
    } finally {
      this.working -= 1;
      this.work();
    }
  }

  /** As many whole parcels as one bulk holds, one at least. */
  private take(): Parcel[] {
    let [items, bytes, count] = [0, 0, 0];
    for (const parcel of this.waiting) {
      items += parcel.items.length;
      bytes += parcel.bytes;
      if (items > maxItems || bytes > maxBytes) break;
      count += 1;
    }
    return this.waiting.splice(0, Math.max(1, count));
  }
}

function ofThese(items: BulkItem[], refused: Refused[]): Refused[] {
  if (refused.length === 0) return [];
  const ids = new Set(items.map(({ id }) => id));
  return refused.filter(({ id }) => ids.has(id));
}

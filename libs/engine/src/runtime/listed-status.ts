import { type ActionDocument, type ActionProjection, isEnd } from '@edge/contracts';
import type { ActionJournal } from './action-journal.js';
import type { RuntimeDeps } from './runtime-deps.js';

/** An action whose status is to be shown: what its journal says when its turn comes. */
export interface Listed { document: ActionDocument; journal: ActionJournal }

const tries = 20;
/** Statuses that follow one another at once are stored as one. */
const soonMs = 25;

/** The copies of statuses in the documents, for lists only: an older one never overwrites a newer one. */
export class ListedStatus {
  /** Actions whose status is being stored, each with the one that is to follow. */
  private readonly showing = new Map<string, Listed | undefined>();

  constructor(private readonly deps: RuntimeDeps) {}

  /** Those that come within a moment, or while one is being stored, are stored as one, the newest. */
  async show(action: Listed): Promise<void> {
    const { id } = action.document;
    const isShown = this.showing.has(id);
    this.showing.set(id, action);
    if (isShown) return;
    const { clock } = this.deps;
    await new Promise<void>((isTime) => void clock.at(clock.now() + soonMs, isTime));
    for (let next = this.showing.get(id); next; next = this.showing.get(id)) {
      this.showing.set(id, undefined);
      await this.store(next);
    }
    this.showing.delete(id);
  }

  /** Who is taken up needs no publishing any more, unless it has others to cancel. */
  async project(id: string, projection: ActionProjection): Promise<void> {
    for (let attempt = 0; attempt < tries; attempt += 1) {
      const stored = await this.deps.documents.get<ActionDocument>('actions', id);
      if (!stored || stored.document.projection.seq >= projection.seq) return;
      const { unpublished, ...published } = stored.document;
      const document: ActionDocument = { ...published, ...(unpublished && published.supersedes ? { unpublished } : {}), projection };
      if (!(await this.deps.documents.write([{ collection: 'actions', id, document, ifVersion: stored.version }]))) return;
    }
    throw new Error('The action changes too fast.');
  }

  /** A status that could not be stored is followed by the next one. */
  private async store({ document, journal }: Listed): Promise<void> {
    const { fold: { view }, records } = journal;
    if (isEnd(view.status)) return; // stored when everything that follows an end is done
    try {
      await this.project(document.id, { status: view.status, seq: records.at(-1)!.seq, at: new Date(this.deps.clock.now()).toISOString(), ended: false });
    } catch (error) {
      this.deps.note({ action: document.id, error: String(error) }, 'the status for lists could not be stored; the next one will');
    }
  }
}

import type { StoredDocument } from './stored-document.js';

export type Content = Pick<StoredDocument, 'body' | 'f'>;

/** One write of a transaction: from this version (0: absent) to the content after it (null: deleted). */
export interface PlannedWrite { collection: string; id: string; from: number; content: Content | null }

/**
 * Several writes as one, on any MongoDB (a standalone server has no transactions of its own). Its documents are held one by one (`t`), then
 * the change of `state` to `committed` decides for all; whoever meets a document held by a decided transaction carries it out.
 */
export interface Transaction { _id: string; state: 'pending' | 'committed' | 'aborted'; writes: PlannedWrite[] }

import type { DetailDocument, SummaryDocument } from '@edge/contracts';

export interface LogQuery {
  action?: string;
  /** Only these spaces; absent = all. */
  spaces?: string[];
  kind: 'summary' | 'detail';
  /** Words that must all occur. */
  q?: string;
  host?: string;
  step?: string;
  command?: string;
  stream?: 'stdout' | 'stderr';
  level?: 'info' | 'warning' | 'error';
  /** The newest come first, and pages go back in time. */
  newest?: boolean;
  limit: number;
  cursor?: string;
}

export interface LogHit { document: SummaryDocument | DetailDocument; /** Text with the found words between U+E000 and U+E001. */ highlight?: string }

/** For people: losing it never changes an outcome. Ids are deterministic: indexing again changes nothing. */
export abstract class LogIndex {
  /** Resolves when every document is in or was there; rejects if it must be tried again. Documents that can never be taken are answered with the reason. */
  abstract index(batch: { summaries: SummaryDocument[]; details: DetailDocument[] }): Promise<{ id: string; reason: string }[]>;
  /** Sorted by time, command, offset; with `newest`, the other way round, and the first page of lines says how many there are in `total`. */
  abstract search(query: LogQuery): Promise<{ hits: LogHit[]; cursor?: string; total?: number }>;
  /** Drops what is older (by the action's own time). */
  abstract prune(beforeMs: number): Promise<void>;
  abstract health(): Promise<{ ok: boolean; detail: string }>;
  abstract close(): Promise<void>;
}

import type { SummaryDocument } from '@edge/contracts';
import { type PackedLines, unpackLines } from '../packed-lines.js';
import { LogWriter } from './index-log.js';
import { type Operations, reads, writes } from './operations.js';
import { pruneLog } from './prune-log.js';
import { countLines, type LogSearch, searchLog } from './search-log.js';
import type { Statements } from './statements.js';

/** The log index. `writer.forget` is called when a transaction was undone. */
export function logOperations(sql: Statements): { operations: Operations; undone: () => void } {
  const writer = new LogWriter(sql);
  return {
    undone: () => writer.forget(),
    operations: {
      'log.index': writes(({ summaries, lines }: { summaries: SummaryDocument[]; lines: PackedLines }) => writer.index({ summaries, details: unpackLines(lines) })),
      'log.search': reads((search: LogSearch) => searchLog(sql, search)),
      'log.count': reads((search: LogSearch) => countLines(sql, search)),
      'log.prune': writes((asked: { beforeMs: number; limit: number }) => {
        writer.forget();
        return pruneLog(sql, asked);
      }),
    },
  };
}

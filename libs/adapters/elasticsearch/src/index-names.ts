import { idTime } from '@edge/contracts';

const day = 86_400_000;
const week = 7 * day;
/** 1970 began on a Thursday; weeks begin on Mondays. */
const firstMonday = 4 * day;

/**
 * The index of an action's documents, by the action's own time, so that every document of it, sent whenever and however often, lands in the same place:
 * an id is unique in one index only. Lines by week (named by its Monday), summaries by month.
 * @param at RFC 3339, for actions whose id tells no time
 */
export function indexOf(kind: 'detail' | 'summary', { prefix, action, at }: { prefix: string; action: string; at: string }): string | undefined {
  const own = idTime(action);
  const timeMs = Number.isNaN(own) ? Date.parse(at) : own;
  if (Number.isNaN(timeMs)) return undefined;
  const date = new Date(kind === 'detail' ? mondayOf(timeMs) : timeMs).toISOString();
  return `${prefix}-${kind}-${date.slice(0, kind === 'detail' ? 10 : 7)}`;
}

/** The first moment that no action of this index can have; undefined for names that are not ours. */
export function endOf(index: string): number | undefined {
  const [, kind, date = ''] = /-(detail|summary)-(\d{4}-\d{2}(?:-\d{2})?)$/.exec(index) ?? [];
  if (kind === 'detail') return Date.parse(date) + week;
  if (kind !== 'summary') return undefined;
  const [year = 0, month = 0] = date.split('-').map(Number);
  return Date.UTC(year, month, 1);
}

const mondayOf = (timeMs: number): number => Math.floor((timeMs - firstMonday) / week) * week + firstMonday;

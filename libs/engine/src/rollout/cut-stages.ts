import type { Finding } from '@edge/contracts';

/** Cumulative shares in percent by number of hosts: the row of the greatest count that is reached. */
const table: readonly (readonly [hosts: number, shares: readonly number[]])[] = [
  [8, [10, 25, 50, 100]],
  [4, [25, 50, 100]],
  [2, [50, 100]],
  [0, [100]],
];

export function sharesFor(hosts: number): readonly number[] {
  return table.find(([count]) => hosts >= count)![1];
}

export interface Stage<Host> { share: number; hosts: Host[] }

/**
 * Cuts hosts into cumulative stages, in their order. Stage k ends at floor(n × share / 100), but no stage is empty: a share too small for one
 * host takes one, a share that adds none is dropped.
 */
export function cutStages<Host>(hosts: readonly Host[], shares: readonly number[]): Stage<Host>[] {
  const stages: Stage<Host>[] = [];
  let done = 0;
  for (const share of shares) {
    const end = Math.min(hosts.length, Math.max(done + 1, Math.floor((hosts.length * share) / 100)));
    if (end === done) break;
    stages.push({ share: end === hosts.length ? 100 : share, hosts: hosts.slice(done, end) });
    done = end;
  }
  return stages;
}

/** Shares of the project's own (`[10, 50, 100]` or `"10,50,100"`), or what is wrong with them. Absent: the table. */
export function readShares(value: unknown, pointer = '/staggered_batch'): { shares?: number[]; findings: Finding[] } {
  if (value === undefined || value === null) return { findings: [] };
  const items: unknown[] = typeof value === 'string' ? value.split(',').map((part) => Number(part.trim() || 'NaN')) : Array.isArray(value) ? value : [value];
  const wrong = whyNot(items);
  if (wrong) return { findings: [{ pointer, detail: wrong, remedy: 'Give rising percentages that end with 100, such as [10, 25, 50, 100].', level: 'error' }] };
  return { shares: items as number[], findings: [] };
}

function whyNot(shares: readonly unknown[]): string | undefined {
  if (shares.length === 0) return 'The list of stages is empty.';
  if (!shares.every((share) => typeof share === 'number' && share > 0 && share <= 100)) return 'A stage is a percentage above 0 and up to 100.';
  const falling = (shares as number[]).findIndex((share, index) => index > 0 && share <= (shares as number[])[index - 1]!);
  if (falling > 0) return `Stages are cumulative: ${String(shares[falling])} does not rise above ${String(shares[falling - 1])}.`;
  return shares.at(-1) === 100 ? undefined : 'The last stage must be 100.';
}

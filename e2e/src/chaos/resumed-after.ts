import type { History } from '../checker/history.js';

/** For each start that found work: how long after it the first of its actions was taken up again, by the journals' own clock. */
export function resumedAfter(starts: number[], { actions }: History): number[] {
  const claims = Object.values(actions).flatMap(({ journal }) => journal.filter(({ type, seq }) => type === 'claim' && seq > 0).map(({ at }) => at)).sort((one, other) => one - other);
  return starts.flatMap((start, n) => {
    const claim = claims.find((at) => at >= start && at < (starts[n + 1] ?? Infinity));
    return claim === undefined ? [] : [claim - start];
  });
}

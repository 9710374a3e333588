const looksMs = [1_000, 2_000, 5_000];

/** Time before the next look at something that is waited for: soon at first, then every ten seconds. */
export function nextLookMs(look: number): number {
  return looksMs[look] ?? 10_000;
}

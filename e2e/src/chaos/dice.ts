/** A seeded source of numbers in 0 ≤ x < 1 (mulberry32): the same seed throws the same faults. */
export type Dice = () => number;

export function dice(seed: number): Dice {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Some of the items, each at most once, in their order. */
export function pick<T>(items: T[], count: number, throwDice: Dice): T[] {
  const chosen = new Set<number>();
  while (chosen.size < Math.min(count, items.length)) chosen.add(Math.floor(throwDice() * items.length));
  return items.filter((_, index) => chosen.has(index));
}

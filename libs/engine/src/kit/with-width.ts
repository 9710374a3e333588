/** Works on every item, at most `width` at the same time, in order; answers in the order of the items. After a rejection nothing further is begun. */
export async function withWidth<Item, Answer>(items: readonly Item[], width: number, work: (item: Item) => Promise<Answer>): Promise<Answer[]> {
  const answers: Answer[] = [];
  let next = 0;
  let broken = false;
  const lane = async (): Promise<void> => {
    while (next < items.length && !broken) {
      const index = next++;
      try {
        answers[index] = await work(items[index]!);
      } catch (error) {
        broken = true;
        throw error;
      }
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: Math.max(1, Math.min(width, items.length)) }, lane));
  for (const ended of lanes) if (ended.status === 'rejected') throw ended.reason;
  return answers;
}

/** All of them come to their end before the first rejection comes out. */
export async function allEnded<Answer>(works: readonly Promise<Answer>[]): Promise<Answer[]> {
  const ended = await Promise.allSettled(works);
  return ended.map((each) => {
    if (each.status === 'rejected') throw each.reason;
    return each.value;
  });
}

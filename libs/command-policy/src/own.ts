/** What a table itself holds under a word of the command: `constructor` and its like are words too, and in no table. */
export function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

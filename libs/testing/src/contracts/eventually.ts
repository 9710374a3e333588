/** Looks again until the look answers something, at most so long: for stores that show what they took a moment later. */
export async function eventually<T>(look: () => T | undefined | false | Promise<T | undefined | false>, what: string, patienceMs = 25_000): Promise<T> {
  const end = Date.now() + patienceMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (Date.now() > end) throw new Error(`Waited in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** `*` and `?` as ssh means them; every other character is itself. Linear in time for one star, never exponential. */
export function matchesPattern(text: string, pattern: string): boolean {
  let t = 0;
  let p = 0;
  let star = -1;
  let mark = 0;
  while (t < text.length) {
    if (pattern[p] === '*') {
      star = p;
      p += 1;
      mark = t;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p += 1;
      t += 1;
    } else if (star >= 0) {
      mark += 1;
      t = mark;
      p = star + 1;
    } else return false;
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
}

/** A comma-separated pattern list: one positive match and no negated (`!`) one. */
export function matchesList(text: string, list: string): boolean {
  let found = false;
  for (const entry of list.split(',')) {
    const negated = entry.startsWith('!');
    if (!matchesPattern(text, negated ? entry.slice(1) : entry)) continue;
    if (negated) return false;
    found = true;
  }
  return found;
}

/** As `matchesList`, without regard to case: host names. */
export function matchesHostList(host: string, list: string): boolean {
  return matchesList(host.toLowerCase(), list.toLowerCase());
}

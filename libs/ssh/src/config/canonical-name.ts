import { isIP } from 'node:net';

/** An address as everybody writes it (`127.1` is 127.0.0.1, `::0001` is ::1); any other name in lower case. No name is looked up. */
export function canonicalName(name: string): string {
  const lower = name.toLowerCase();
  if (isIP(lower) === 6) return lower.includes('%') || lower.includes('.') ? lower : (hostOf(`[${lower}]`)?.slice(1, -1) ?? lower);
  if (!/^(?:0x[\da-f]+|\d+)(?:\.(?:0x[\da-f]+|\d+)){0,3}$/.test(lower)) return lower;
  return hostOf(lower) ?? lower;
}

export function isAddress(name: string): boolean {
  return isIP(name) !== 0;
}

function hostOf(text: string): string | undefined {
  return URL.canParse(`http://${text}/`) ? new URL(`http://${text}/`).hostname : undefined;
}

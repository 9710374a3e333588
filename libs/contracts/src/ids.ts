const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const pool = new Uint8Array(4_000);
let used = pool.length;

/** Random bytes, drawn many at a time: asking for ten costs as much as asking for thousands. */
function tenRandomBytes(): Uint8Array {
  if (used === pool.length) globalThis.crypto.getRandomValues(pool);
  const from = used === pool.length ? 0 : used;
  used = from + 10;
  return pool.subarray(from, used);
}

/**
 * A UUID of version 7: opaque to callers, sorts by time.
 * @param nowMs milliseconds since the epoch
 * @param random ten random bytes
 */
export function newId(nowMs: number, random: Uint8Array = tenRandomBytes()): string {
  const time = Math.floor(nowMs).toString(16).padStart(12, '0');
  const at = (place: number) => hex[random[place]!]!;
  const [version, variant] = [hex[(random[0]! & 0x0f) | 0x70]!, hex[(random[2]! & 0x3f) | 0x80]!];
  return `${time.slice(0, 8)}-${time.slice(8, 12)}-${version}${at(1)}-${variant}${at(3)}-${at(4)}${at(5)}${at(6)}${at(7)}${at(8)}${at(9)}`;
}

/** Milliseconds since the epoch at which the id was made; NaN if it is none of ours. */
export function idTime(id: string): number {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-7/.test(id) ? parseInt(id.slice(0, 8) + id.slice(9, 13), 16) : NaN;
}

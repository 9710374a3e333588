/**
 * A UUID of version 7: opaque to callers, sorts by time.
 * @param nowMs milliseconds since the epoch
 * @param random ten random bytes
 */
export function newId(nowMs: number, random: Uint8Array = globalThis.crypto.getRandomValues(new Uint8Array(10))): string {
  const time = Math.floor(nowMs).toString(16).padStart(12, '0');
  const bytes = [...random.slice(0, 10)];
  bytes[0] = (bytes[0]! & 0x0f) | 0x70;
  bytes[2] = (bytes[2]! & 0x3f) | 0x80;
  const hex = time + bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Milliseconds since the epoch at which the id was made; NaN if it is none of ours. */
export function idTime(id: string): number {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-7/.test(id) ? parseInt(id.slice(0, 8) + id.slice(9, 13), 16) : NaN;
}

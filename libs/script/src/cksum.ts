/** What POSIX `cksum` prints for these bytes on its standard input: a CRC-32 and the length. */
export function cksum(bytes: Uint8Array): string {
  let crc = 0;
  for (const byte of bytes) crc = next(crc, byte);
  for (let length = bytes.length; length > 0; length = Math.floor(length / 256)) crc = next(crc, length & 255);
  return `${~crc >>> 0} ${bytes.length}`;
}

function next(crc: number, byte: number): number {
  let shifted = crc ^ (byte << 24);
  for (let bit = 0; bit < 8; bit += 1) shifted = shifted < 0 ? (shifted << 1) ^ 0x04c11db7 : shifted << 1;
  return shifted;
}

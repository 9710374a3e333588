import { KeyRevocationList, type SerialRange } from './key-revocation-list.js';
import { WireEnd, WireReader } from './read-wire.js';

export const revocationListMagic = 'SSHKRL\n\0';

// How many wire strings make a key that may be an authority, after its type.
const keyFields: Record<string, number> = { 'ssh-ed25519': 1, 'ecdsa-sha2-nistp256': 2, 'ecdsa-sha2-nistp384': 2, 'ecdsa-sha2-nistp521': 2, 'ssh-rsa': 2, 'ssh-dss': 4, 'sk-ssh-ed25519@openssh.com': 2, 'sk-ecdsa-sha2-nistp256@openssh.com': 3 };

// A bitmap of serials, as long as ssh-keygen takes it.
const mostBitmapBytes = 16 * 1024;

/** The list asks for something that is not understood: nothing can be believed. */
class Strange extends Error {}

/** Reads OpenSSH's key revocation list (its PROTOCOL.krl). A sentence where any of it is not understood. */
export function parseKeyRevocationList(bytes: Buffer): KeyRevocationList | string {
  try {
    return readList(new WireReader(bytes));
  } catch (error) {
    if (error instanceof WireEnd) return 'it ends early';
    if (error instanceof Strange) return error.message;
    throw error;
  }
}

function readList(wire: WireReader): KeyRevocationList {
  const list = new KeyRevocationList(wire.bytes);
  if (wire.take(revocationListMagic.length).toString('latin1') !== revocationListMagic) throw new Strange('it is no KRL');
  const format = wire.uint32();
  if (format !== 1) throw new Strange(`its format ${format} is not known`);
  wire.take(8 * 3); // its version, when it was made, flags
  wire.string(); // reserved
  wire.string(); // comment
  while (!wire.done) readSection(list, wire.byte(), new WireReader(wire.string()));
  return list;
}

function readSection(list: KeyRevocationList, type: number, wire: WireReader): void {
  if (type === 1) return readCertificates(list, wire);
  if (type === 2) return strings(wire).forEach((blob) => list.addKey(blob));
  if (type === 3) return strings(wire).forEach((hash) => list.addFingerprint('sha1', sized(hash, 20)));
  if (type === 5) return strings(wire).forEach((hash) => list.addFingerprint('sha256', sized(hash, 32)));
  if (type === 255) return passExtension(wire);
  throw new Strange(type === 4 ? 'it is signed, which OpenSSH no longer reads' : `its section ${type} is not known`);
}

/** Revoked certificates of one authority; of every one where it names none. */
function readCertificates(list: KeyRevocationList, wire: WireReader): void {
  const authority = wire.string();
  if (authority.length > 0 && !isKey(authority)) throw new Strange('an authority in it is no key');
  wire.string(); // reserved
  while (!wire.done) {
    const [type, section] = [wire.byte(), new WireReader(wire.string())];
    if (type === 0x23) list.addIds(authority, strings(section));
    else if (type === 0x39) passExtension(section);
    else list.addSerials(authority, serials(type, section));
  }
}

function isKey(blob: Buffer): boolean {
  const [type = Buffer.alloc(0), ...fields] = strings(new WireReader(blob));
  return keyFields[type.toString('latin1')] === fields.length;
}

function serials(type: number, wire: WireReader): SerialRange[] {
  if (type === 0x20) return all(wire, () => range(wire.uint64()));
  if (type === 0x21) return [only(wire, () => range(wire.uint64(), wire.uint64()))];
  if (type === 0x22) return only(wire, () => ofBitmap(wire.uint64(), wire.string()));
  throw new Strange(`its certificate section ${type} is not known`);
}

function range(from: bigint, to = from): SerialRange {
  if (from === 0n || from > to) throw new Strange(`it revokes the serials ${from} to ${to}, which are none`);
  return { from, to };
}

/** Bit n of the number stands for the serial `first` + n. */
function ofBitmap(first: bigint, number: Buffer): SerialRange[] {
  if (number.length > mostBitmapBytes + 1 || (number[0] ?? 0) >= 0x80) throw new Strange('a bitmap of serials cannot be read');
  const ranges: SerialRange[] = [];
  for (let bit = 0; bit < number.length * 8; bit += 1) {
    if (((number[number.length - 1 - (bit >> 3)]! >> (bit & 7)) & 1) === 1) ranges.push(range(first + BigInt(bit)));
  }
  if (ranges.some(({ to }) => to >= 1n << 64n)) throw new Strange('a bitmap reaches beyond the last serial');
  return ranges;
}

/** An extension that is not understood may be passed over only where it says so itself. */
function passExtension(wire: WireReader): void {
  const [name, critical] = only(wire, () => {
    const said = [wire.text(), wire.byte()] as const;
    wire.string(); // contents
    return said;
  });
  if (critical !== 0) throw new Strange(`its critical extension ${name} is not known`);
}

function sized(hash: Buffer, length: number): Buffer {
  if (hash.length !== length) throw new Strange(`a fingerprint of ${hash.length} bytes is none`);
  return hash;
}

function strings(wire: WireReader): Buffer[] {
  return all(wire, () => wire.string());
}

function all<T>(wire: WireReader, read: () => T): T[] {
  const found: T[] = [];
  while (!wire.done) found.push(read());
  return found;
}

function only<T>(wire: WireReader, read: () => T): T {
  const value = read();
  if (!wire.done) throw new Strange('a section is longer than what it holds');
  return value;
}

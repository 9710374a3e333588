/** The bytes end before the value does. */
export class WireEnd extends Error {}

/** Reads SSH wire values one after another; throws `WireEnd` beyond the end. */
export class WireReader {
  at = 0;

  constructor(readonly bytes: Buffer) {}

  string(): Buffer {
    const end = this.at + 4 + this.uint32At(this.at);
    if (end > this.bytes.length) throw new WireEnd('The value ends early.');
    const value = this.bytes.subarray(this.at + 4, end);
    this.at = end;
    return value;
  }

  text(): string {
    return this.string().toString('utf8');
  }

  byte(): number {
    return this.take(1)[0]!;
  }

  /** This many bytes as they are. */
  take(length: number): Buffer {
    this.need(this.at + length);
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  uint32(): number {
    const value = this.uint32At(this.at);
    this.at += 4;
    return value;
  }

  uint64(): bigint {
    this.need(this.at + 8);
    const value = this.bytes.readBigUInt64BE(this.at);
    this.at += 8;
    return value;
  }

  get done(): boolean {
    return this.at === this.bytes.length;
  }

  private need(end: number): void {
    if (end > this.bytes.length) throw new WireEnd('The value ends early.');
  }

  private uint32At(at: number): number {
    this.need(at + 4);
    return this.bytes.readUInt32BE(at);
  }
}

/** A string on the wire. */
export function wireString(value: Buffer | string): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

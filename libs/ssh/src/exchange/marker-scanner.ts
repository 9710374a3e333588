export interface Scanned { kind: 'bytes'; bytes: Buffer }
export interface Marked { kind: 'mark'; words: string[] }

/**
 * Splits a stream into bytes and marks (`<marker> <words>` up to the line's end).
 * Before the first mark everything is noise of the login shell and is kept apart (its first 2 KiB).
 */
export class MarkerScanner {
  noise: Buffer = Buffer.alloc(0);
  private held: Buffer = Buffer.alloc(0);
  private begun = false;
  private readonly marker: Buffer;

  constructor(marker: string) {
    this.marker = Buffer.from(`${marker} `);
  }

  push(chunk: Buffer): (Scanned | Marked)[] {
    let data = this.held.length > 0 ? Buffer.concat([this.held, chunk]) : chunk;
    const found: (Scanned | Marked)[] = [];
    for (;;) {
      const at = data.indexOf(this.marker);
      const end = at < 0 ? -1 : data.indexOf(10, at);
      if (end < 0) {
        const keep = at >= 0 ? at : partial(data, this.marker);
        this.plain(data.subarray(0, keep), found);
        this.held = Buffer.from(data.subarray(keep));
        return found;
      }
      this.plain(data.subarray(0, at), found);
      found.push({ kind: 'mark', words: data.toString('utf8', at + this.marker.length, end).split(' ') });
      this.begun = true;
      data = data.subarray(end + 1);
    }
  }

  /** What was kept back, at the stream's end. */
  end(): Buffer[] {
    const rest = this.held;
    this.held = Buffer.alloc(0);
    return this.begun && rest.length > 0 ? [rest] : [];
  }

  private plain(bytes: Buffer, found: (Scanned | Marked)[]): void {
    if (bytes.length === 0) return;
    if (this.begun) found.push({ kind: 'bytes', bytes });
    else if (this.noise.length < 2048) this.noise = Buffer.concat([this.noise, bytes]).subarray(0, 2048);
  }
}

/** Where a start of `marker` stands at the very end of `data`; its length if nowhere. */
function partial(data: Buffer, marker: Buffer): number {
  for (let at = data.indexOf(marker[0]!, Math.max(0, data.length - marker.length + 1)); at >= 0; at = data.indexOf(marker[0]!, at + 1)) {
    if (data.subarray(at).equals(marker.subarray(0, data.length - at))) return at;
  }
  return data.length;
}

import { createHash } from 'node:crypto';
import type { OutputChunk, OutputSink } from '@edge/ports';
import { Redactor } from './redactor.js';

export interface LaneOptions { stream: OutputChunk['stream']; sink: OutputSink; redact: string[]; capBytes: number; onShipped: (bytes: Buffer) => void }

/**
 * One stream of one command: takes bytes by their offset on the host, drops what it had before (several exchanges may bring the same bytes),
 * redacts, caps, numbers what it ships by the shipped offset, and counts both.
 */
export class StreamLane {
  /** Bytes of the host's stream seen so far. */
  received = 0;
  shipped = 0;
  truncated = false;
  private readonly hash = createHash('sha256');
  private readonly redactor: Redactor;
  private chain: Promise<void> | undefined;

  constructor(private readonly options: LaneOptions) {
    this.redactor = new Redactor(options.redact);
  }

  /** Returns a promise only where the sink holds back. A gap is never closed over: such bytes are left out and asked for again. */
  write(offset: number, chunk: Buffer): Promise<void> | undefined {
    if (offset > this.received) return undefined;
    const fresh = chunk.subarray(Math.min(chunk.length, this.received - offset));
    if (fresh.length === 0) return this.chain;
    this.received += fresh.length;
    return this.ship(this.redactor.push(fresh));
  }

  /** Ships what the redactor kept back. */
  end(): Promise<void> | undefined {
    return this.ship(this.redactor.end());
  }

  /** SHA-256 of what was shipped; once. */
  digest(): string {
    return this.hash.digest('hex');
  }

  /** The sink has taken everything. */
  async settled(): Promise<void> {
    while (this.chain) await this.chain;
  }

  private ship(bytes: Buffer): Promise<void> | undefined {
    if (bytes.length === 0 || this.truncated) return this.chain;
    const room = this.options.capBytes - this.shipped;
    if (bytes.length <= room) return this.hand(bytes);
    this.truncated = true;
    return this.hand(Buffer.concat([bytes.subarray(0, room), Buffer.from(`\n[edge: output was cut after ${this.options.capBytes} bytes]\n`)]));
  }

  private hand(bytes: Buffer): Promise<void> | undefined {
    this.hash.update(bytes);
    this.options.onShipped(bytes);
    const chunk = { stream: this.options.stream, offset: this.shipped, bytes };
    this.shipped += bytes.length;
    if (this.chain) return this.follow(this.chain.then(() => this.options.sink(chunk)));
    const taken = this.options.sink(chunk);
    return taken ? this.follow(taken) : undefined;
  }

  private follow(promise: Promise<void>): Promise<void> {
    const link: Promise<void> = promise.finally(() => {
      if (this.chain === link) this.chain = undefined;
    });
    link.catch(() => undefined); // whoever awaits `settled` or the write gets the error
    this.chain = link;
    return link;
  }
}

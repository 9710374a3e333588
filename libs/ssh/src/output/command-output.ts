import type { HostResult } from '@edge/contracts';
import type { OutputSink } from '@edge/ports';
import { StreamLane } from './stream-lane.js';

const tailBytes = 2048;

export interface OutputOptions { sink: OutputSink; redact: string[]; capBytes: number }

/** Both streams of one command, across all exchanges that bring them. */
export class CommandOutput {
  readonly stdout: StreamLane;
  readonly stderr: StreamLane;
  /** What the sink threw: the piece of work cannot go on. */
  failure: unknown;
  private tail: Buffer = Buffer.alloc(0);

  constructor(options: OutputOptions) {
    const onShipped = (bytes: Buffer) => {
      const last = bytes.subarray(-tailBytes); // copied: it would keep all that was read with it
      this.tail = last.length === tailBytes ? Buffer.from(last) : Buffer.concat([this.tail, last]).subarray(-tailBytes);
    };
    this.stdout = new StreamLane({ ...options, stream: 'stdout', onShipped });
    this.stderr = new StreamLane({ ...options, stream: 'stderr', onShipped });
  }

  /** Where the next exchange has to begin; -1: no more of this stream, it is full. */
  wanted(): { stdout: number; stderr: number } {
    return { stdout: this.stdout.truncated ? -1 : this.stdout.received, stderr: this.stderr.truncated ? -1 : this.stderr.received };
  }

  isFull(): boolean {
    return this.stdout.truncated || this.stderr.truncated;
  }

  /** What the output adds to a result, after everything was taken by the sink. `written`: what the host wrote, if more than was seen here. Rejects with what the sink threw. */
  async finish(written = { stdout: 0, stderr: 0 }): Promise<Pick<HostResult, 'bytes' | 'tail' | 'digest' | 'truncated'>> {
    void this.stdout.end();
    void this.stderr.end();
    await this.stdout.settled();
    await this.stderr.settled();
    if (this.failure !== undefined) throw this.failure;
    const truncated = this.isFull();
    return {
      bytes: { stdout: Math.max(this.stdout.received, written.stdout), stderr: Math.max(this.stderr.received, written.stderr) },
      digest: { stdout: this.stdout.digest(), stderr: this.stderr.digest() },
      tail: decodeTail(this.tail),
      ...(truncated ? { truncated } : {}),
    };
  }
}

/** Text of at most 2 KiB; a character that was cut at the front is left out. */
function decodeTail(bytes: Buffer): string {
  let from = 0;
  while (from < Math.min(4, bytes.length) && (bytes[from]! & 0xc0) === 0x80) from += 1;
  let text = bytes.toString('utf8', from);
  while (Buffer.byteLength(text) > tailBytes) text = text.slice(1);
  return text;
}

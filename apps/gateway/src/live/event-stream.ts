import type { ServerResponse } from 'node:http';

/** What a handler gets from Fastify to speak for itself. */
export interface RawReply { raw: ServerResponse; hijack(): unknown }

const pingMs = 15_000;

/** One open `text/event-stream`. A reader that does not keep up is waited for, never buffered without bound. */
export class EventStream {
  private readonly ping: NodeJS.Timeout;
  private closed = false;

  constructor(private readonly reply: RawReply, private readonly onClose: () => void) {
    reply.hijack();
    reply.raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache, no-transform', 'x-accel-buffering': 'no',
    });
    reply.raw.write('retry: 1000\n\n');
    this.ping = setInterval(() => void this.write(': ping\n\n'), pingMs);
    reply.raw.on('close', () => this.finish());
    reply.raw.on('error', () => this.finish()); // the reader went away
  }

  get open(): boolean {
    return !this.closed;
  }

  async send(event: string, data: unknown, id?: string): Promise<void> {
    await this.write(`${id ? `id: ${id}\n` : ''}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  end(): void {
    if (!this.closed) this.reply.raw.end();
    this.finish();
  }

  private async write(text: string): Promise<void> {
    if (this.closed || this.reply.raw.write(text)) return;
    await new Promise<void>((resolve) => {
      const go = () => {
        this.reply.raw.off('drain', go).off('close', go);
        resolve();
      };
      this.reply.raw.once('drain', go).once('close', go);
    });
  }

  private finish(): void {
    if (this.closed) return;
    this.closed = true;
    clearInterval(this.ping);
    this.onClose();
  }
}

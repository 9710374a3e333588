import type { Duplex } from 'node:stream';
import type { Client, ClientChannel } from 'ssh2';

/** The channel could not be opened; the connection may still be good. */
export class ChannelRefused extends Error {}

/** One signed-in connection. Knows how many channels it carries and why it ended. The pool counts a channel in `channels` when it hands the connection out. */
export class Connection {
  channels = 0;
  /** Set once the connection is gone. */
  ended: string | undefined;
  readonly since = performance.now();
  lastUsed = performance.now();
  /** Its login shell is known to read POSIX quotes and to print nothing of its own. */
  quietPosix = false;
  private readonly onEnd = new Set<(why: string) => void>();

  constructor(private readonly client: Client) {
    client.on('error', (error) => this.end(error.message));
    client.on('end', () => this.end('The connection ended.'));
    client.on('close', () => this.end('The connection closed.'));
  }

  /** Calls back when the connection goes, before its channels close; returns how to stop listening. */
  whenEnded(listener: (why: string) => void): () => void {
    const { ended } = this;
    if (ended) queueMicrotask(() => listener(ended));
    this.onEnd.add(listener);
    return () => this.onEnd.delete(listener);
  }

  /**
   * Opens a channel and runs `command` in it. Rejects with `ChannelRefused`, also when nothing comes back in time.
   * The exit status of a quick command may come in the same packet as the channel: `opened` is called in time to hear it, a `then` is not.
   */
  exec(command: string, timeoutMs: number, opened?: (channel: ClientChannel) => void): Promise<ClientChannel> {
    return this.channel(timeoutMs, (done) => this.client.exec(command, done), opened);
  }

  /** A stream to `address:port` as seen from this host. */
  forward(address: string, port: number, timeoutMs: number): Promise<Duplex> {
    return this.channel(timeoutMs, (done) => this.client.forwardOut('127.0.0.1', 0, address, port, done));
  }

  close(): void {
    this.client.end();
  }

  destroy(): void {
    this.end('The connection was given up.');
    this.client.destroy();
  }

  private channel(timeoutMs: number, open: (done: (error: Error | undefined, channel: ClientChannel) => void) => void, opened?: (channel: ClientChannel) => void): Promise<ClientChannel> {
    if (this.ended) {
      this.release();
      return Promise.reject(new ChannelRefused(this.ended));
    }
    return new Promise<ClientChannel>((resolve, reject) => {
      let late = false;
      const refuse = (why: string) => {
        late = true;
        clearTimeout(timer);
        stop();
        this.release();
        reject(new ChannelRefused(why));
      };
      const timer = setTimeout(() => refuse('The host did not answer the request for a channel in time.'), timeoutMs);
      const stop = this.whenEnded((why) => refuse(why));
      const answered = (error: Error | undefined, channel: ClientChannel) => {
        if (late) return channel?.close();
        if (error) return refuse(error.message);
        clearTimeout(timer);
        stop();
        channel.once('close', () => this.release());
        opened?.(channel);
        resolve(channel);
      };
      try {
        open(answered);
      } catch (error) {
        this.end(error instanceof Error ? error.message : String(error)); // ssh2 throws on a socket that broke and has not told yet
      }
    });
  }

  private release(): void {
    this.channels -= 1;
    this.lastUsed = performance.now();
  }

  private end(why: string): void {
    if (this.ended) return;
    this.ended = why;
    for (const listener of [...this.onEnd]) listener(why);
    this.onEnd.clear();
  }
}

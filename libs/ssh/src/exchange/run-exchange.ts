import type { ClientChannel } from 'ssh2';
import type { Connection } from '../connect/connection.js';
import type { CommandOutput } from '../output/command-output.js';
import { Credit } from './credit.js';
import { endInput } from './end-input.js';
import { MarkerScanner } from './marker-scanner.js';

export interface ExchangeRequest {
  connection: Connection;
  marker: string;
  script: Buffer;
  /** Takes what comes between the marks; absent: nothing is expected. */
  output?: CommandOutput;
  /** Host offsets at which this exchange's bytes begin. */
  offsets?: { stdout: number; stderr: number };
  /** The script is on its way: from here on it may run. */
  onSent?: () => void;
  onBegin?: (words: string[]) => void;
  channelTimeoutMs: number;
  signal?: AbortSignal;
}

/** `ended`: the host said how it ended. `lost`: it broke off. `silent`: it closed without a word of ours, so no POSIX sh answered. */
export type ExchangeEnd =
  | { kind: 'ended'; words: string[] }
  | { kind: 'lost'; why: string; begun: boolean }
  | { kind: 'silent'; noise: string; code: number | null };

/** Sends a script to `sh -s` and reads its marks. Rejects with `ChannelRefused` before anything was sent. */
export function runExchange(request: ExchangeRequest): Promise<ExchangeEnd> {
  return new Promise((resolve, reject) => {
    const opened = (channel: ClientChannel) => resolve(new Exchange(channel, request).run());
    request.connection.exec('exec sh -s', request.channelTimeoutMs, opened).catch(reject);
  });
}

class Exchange {
  private readonly scanners: { stdout: MarkerScanner; stderr: MarkerScanner };
  private readonly position: { stdout: number; stderr: number };
  private readonly credit: Credit;
  private readonly ended = { stdout: false, stderr: false };
  private words: string[] | undefined;
  private begun = false;
  private code: number | null = null;

  constructor(private readonly channel: ClientChannel, private readonly request: ExchangeRequest) {
    this.scanners = { stdout: new MarkerScanner(request.marker), stderr: new MarkerScanner(request.marker) };
    this.position = { stdout: Math.max(0, request.offsets?.stdout ?? 0), stderr: Math.max(0, request.offsets?.stderr ?? 0) };
    this.credit = new Credit(channel);
  }

  run(): Promise<ExchangeEnd> {
    const { channel, request } = this;
    return new Promise((resolve) => {
      let settled = false;
      const settle = (end: ExchangeEnd) => {
        if (settled) return;
        settled = true;
        stop();
        request.signal?.removeEventListener('abort', abort);
        resolve(end);
        this.credit.release();
        if (!request.connection.ended) channel.close();
      };
      const abort = () => settle({ kind: 'lost', why: 'Given up.', begun: this.begun });
      const stop = request.connection.whenEnded((why) => settle({ kind: 'lost', why, begun: this.begun }));
      if (request.signal?.aborted) return abort();
      request.signal?.addEventListener('abort', abort);
      const done = () => { if (this.words && this.ended.stdout && this.ended.stderr) settle({ kind: 'ended', words: this.words }); };
      channel.on('data', (bytes: Buffer) => { this.take('stdout', bytes); done(); });
      channel.stderr.on('data', (bytes: Buffer) => { this.take('stderr', bytes); done(); });
      channel.on('exit', (code: number | null) => { this.code = code; });
      channel.on('error', (error: Error) => settle({ kind: 'lost', why: error.message, begun: this.begun }));
      channel.on('close', () => settle(this.closed()));
      request.onSent?.();
      endInput(channel, request.script);
    });
  }

  private closed(): ExchangeEnd {
    if (this.words) return { kind: 'ended', words: this.words };
    if (this.begun || this.code === null) return { kind: 'lost', why: 'The channel closed before the host said how it ended.', begun: this.begun };
    const noise = Buffer.concat([this.scanners.stdout.noise, this.scanners.stderr.noise]).toString('utf8').trim();
    return { kind: 'silent', noise, code: this.code };
  }

  private take(stream: 'stdout' | 'stderr', bytes: Buffer): void {
    for (const part of this.scanners[stream].push(bytes)) {
      if (part.kind === 'bytes') this.pass(stream, part.bytes);
      else this.mark(stream, part.words);
    }
  }

  private pass(stream: 'stdout' | 'stderr', bytes: Buffer): void {
    const held = this.request.output?.[stream].write(this.position[stream], bytes);
    this.position[stream] += bytes.length;
    if (held) this.credit.spend(bytes.length, held, (error) => { this.request.output!.failure = error; });
  }

  private mark(stream: 'stdout' | 'stderr', words: string[]): void {
    if (words[0] === 'end') {
      this.ended[stream] = true;
      if (stream === 'stdout') this.words = words.slice(1);
    }
    if (words[0] === 'begin' && stream === 'stdout') {
      this.begun = true;
      this.request.onBegin?.(words.slice(1));
    }
  }
}

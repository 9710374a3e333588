import type { ClientChannel } from 'ssh2';
import type { Connection } from '../connect/connection.js';
import { endInput } from '../exchange/end-input.js';
import { Credit } from '../exchange/credit.js';
import { MarkerScanner } from '../exchange/marker-scanner.js';
import type { CommandOutput } from '../output/command-output.js';

// Bytes may still be under way after the exit status; a background child may hold the channel open for ever.
const drainMs = 2000;
// sshd may tell the exit before it sends what was written before: on a busy host long before.
const firstByteMs = 20_000;

export interface PlainRequest { connection: Connection; marker: string; script(): Buffer; direct?: string; input: Uint8Array | undefined; output: CommandOutput; withinMs: number }

export type PlainEnd =
  | { kind: 'exited'; code: number; signal?: string }
  | { kind: 'lost'; why: string }
  | { kind: 'timed-out' }
  | { kind: 'silent'; noise: string };

/** The script's last command is the command itself: its end is the channel's. Exit without the streams' ends is a loss, not a success. */
export async function runPlain(request: PlainRequest): Promise<PlainEnd> {
  // Saves a shell where it is known that the login shell takes the command as it is meant.
  const direct = request.connection.quietPosix ? request.direct : undefined;
  return new Promise((resolve, reject) => {
    const opened = (channel: ClientChannel) => resolve(new Plain(channel, request, direct !== undefined).run());
    request.connection.exec(direct ?? 'exec sh -s', 10_000, opened).catch(reject);
  });
}

class Plain {
  private readonly scanners: { stdout: MarkerScanner; stderr: MarkerScanner };
  private readonly credit: Credit;
  private exit: { code: number; signal?: string } | undefined;
  /** Nothing of ours comes any more in this stream. */
  private readonly theirs: { stdout: boolean; stderr: boolean };
  private begun = false;
  private loginShell = '';
  private quiet: NodeJS.Timeout | undefined;

  constructor(private readonly channel: ClientChannel, private readonly request: PlainRequest, private readonly direct: boolean) {
    this.begun = direct;
    this.theirs = { stdout: direct, stderr: direct };
    this.scanners = { stdout: new MarkerScanner(request.marker), stderr: new MarkerScanner(request.marker) };
    this.credit = new Credit(channel);
  }

  run(): Promise<PlainEnd> {
    const { channel, request } = this;
    return new Promise((resolve) => {
      let settled = false;
      const settle = (end: PlainEnd) => {
        if (settled) return;
        settled = true;
        stop();
        clearTimeout(deadline);
        clearTimeout(this.quiet);
        resolve(end);
        this.credit.release();
        if (!request.connection.ended) channel.close();
      };
      const deadline = setTimeout(() => settle({ kind: 'timed-out' }), request.withinMs);
      const stop = request.connection.whenEnded((why) => settle({ kind: 'lost', why }));
      const wait = () => {
        if (!this.exit) return;
        clearTimeout(this.quiet);
        this.quiet = setTimeout(() => settle(this.end()), this.begun ? drainMs : firstByteMs);
      };
      channel.on('data', (bytes: Buffer) => { this.take('stdout', bytes); wait(); });
      channel.stderr.on('data', (bytes: Buffer) => { this.take('stderr', bytes); wait(); });
      channel.on('exit', (code: number | null, signal?: string) => {
        this.exit = { code: code ?? 255, ...(signal ? { signal } : {}) };
        wait();
      });
      channel.on('error', (error: Error) => settle({ kind: 'lost', why: error.message }));
      channel.on('close', () => settle(this.end()));
      endInput(channel, this.direct ? request.input : request.script());
    });
  }

  private end(): PlainEnd {
    if (!this.exit) return { kind: 'lost', why: 'The channel closed without an exit status.' };
    this.flush();
    this.learnShell();
    if (this.begun) return { kind: 'exited', ...this.exit };
    return { kind: 'silent', noise: Buffer.concat([this.scanners.stdout.noise, this.scanners.stderr.noise]).toString('utf8').trim() };
  }

  private take(stream: 'stdout' | 'stderr', bytes: Buffer): void {
    if (this.theirs[stream]) return this.pass(stream, bytes);
    for (const part of this.scanners[stream].push(bytes)) {
      if (part.kind === 'mark') this.mark(stream, part.words);
      else this.pass(stream, part.bytes);
    }
    if (this.theirs[stream]) for (const part of this.scanners[stream].end()) this.pass(stream, part);
  }

  private mark(stream: 'stdout' | 'stderr', [, loginShell]: string[]): void {
    this.begun = true;
    this.theirs[stream] = true;
    if (loginShell) this.loginShell = loginShell;
  }

  private learnShell(): void {
    const name = this.loginShell.slice(this.loginShell.lastIndexOf('/') + 1);
    const { stdout, stderr } = this.scanners;
    if (['sh', 'bash', 'dash', 'ash', 'ksh', 'mksh'].includes(name) && stdout.noise.length + stderr.noise.length === 0) this.request.connection.quietPosix = true;
  }

  private flush(): void {
    for (const stream of ['stdout', 'stderr'] as const) for (const part of this.scanners[stream].end()) this.pass(stream, part);
  }

  private pass(stream: 'stdout' | 'stderr', bytes: Buffer): void {
    const lane = this.request.output[stream];
    const held = lane.write(lane.received, bytes);
    if (held) this.credit.spend(bytes.length, held, (error) => { this.request.output.failure = error; });
  }
}

import type { ShellFile } from '@edge/ports';
import type { ClientChannel } from 'ssh2';
import type { Connection } from '../connect/connection.js';
import { uploadCommand, type UploadRequest } from '../host-scripts/upload-command.js';

export interface SendOptions extends Pick<UploadRequest, 'realFolders' | 'jobsFolder'> { connection: Connection; marker: string }

/** `words`: `ok`, or what went wrong. `at`: the bytes that the host had before. `touched`: the content was read from. */
export interface Sent { words: string; at: number; broken: boolean; touched: boolean }

// It may have to sum up a large file first.
const stillMs = 120_000;

/** One attempt to bring a file: asks what the host has of it, sends the rest, and waits for its verdict. */
export async function sendFile(file: ShellFile, { connection, marker, ...more }: SendOptions): Promise<Sent> {
  const channel = await connection.exec(uploadCommand({ ...file, ...more, marker }), 10_000);
  const answer = new Answer(channel, connection, marker);
  const at = await answer.offset();
  if (at === undefined) return { words: answer.words(), at: 0, broken: answer.broken, touched: false };
  for await (const bytes of contentFrom(file.content, at)) {
    if (!answer.open) break;
    if (!channel.write(bytes)) await Promise.race([new Promise((go) => channel.once('drain', go)), answer.gone]);
  }
  channel.end();
  await answer.gone;
  return { words: answer.words(), at, broken: answer.broken, touched: true };
}

/** What the host says while a file is sent. */
class Answer {
  open = true;
  /** The connection went before the host had spoken its verdict. */
  broken = false;
  readonly gone: Promise<void>;
  private said = '';
  private heard: (() => void) | undefined;

  constructor(private readonly channel: ClientChannel, private readonly connection: Connection, private readonly marker: string) {
    for (const stream of [channel, channel.stderr]) stream.on('data', (bytes: Buffer) => { this.said += bytes.toString('latin1'); this.heard?.(); });
    this.gone = new Promise<void>((resolve) => {
      const over = () => {
        this.open = false;
        this.broken = this.verdict() === undefined && (connection.ended !== undefined || this.said.trim() === this.lines().join('\n'));
        resolve();
        this.heard?.();
      };
      channel.once('close', over);
      connection.whenEnded(over);
    });
  }

  /** The bytes that the host has already; undefined where it is over without any being wanted. */
  async offset(): Promise<number | undefined> {
    const silence = setTimeout(() => this.connection.destroy(), stillMs);
    while (this.open && this.at() === undefined && this.verdict() === undefined) await new Promise<void>((resolve) => { this.heard = resolve; });
    clearTimeout(silence);
    if (this.at() === undefined) {
      this.channel.end();
      await this.gone;
    }
    return this.at();
  }

  /** `ok`, what failed, or what was heard instead. */
  words(): string {
    return this.verdict() ?? (this.connection.ended || this.said.trim().slice(-300) || 'The host said nothing.');
  }

  private at(): number | undefined {
    const found = this.lines().map((line) => /^at (\d+)$/.exec(line.slice(this.marker.length + 1))?.[1]).find((digits) => digits !== undefined);
    return found === undefined ? undefined : Number(found);
  }

  private verdict(): string | undefined {
    return this.lines().map((line) => line.slice(this.marker.length + 1).trim()).find((words) => !/^at \d+$/.test(words));
  }

  private lines(): string[] {
    const whole = this.said.slice(0, this.said.lastIndexOf('\n') + 1);
    return whole.split('\n').filter((line) => line.startsWith(`${this.marker} `));
  }
}

async function* contentFrom(content: ShellFile['content'], from: number): AsyncIterable<Uint8Array> {
  if (typeof content === 'function') return yield* content(from);
  if (content instanceof Uint8Array) {
    for (let at = from; at < content.length; at += 65_536) yield content.subarray(at, at + 65_536);
    return;
  }
  let skip = from;
  for await (const bytes of content) {
    if (skip < bytes.length) yield bytes.subarray(skip);
    skip = Math.max(0, skip - bytes.length);
  }
}

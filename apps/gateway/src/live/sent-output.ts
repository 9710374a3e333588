import type { JournalRecord } from '@edge/contracts';
import { AnsweredCommands, type AnsweredStream, streamKey } from './answered-commands.js';
import type { OutputPiece } from './output-ring.js';
import { mostStreams, type SentStreams } from './stream-position.js';

/** What an event of the stream says of output: `end` is the byte behind the text. */
export type ToldOutput = Omit<OutputPiece, 'bytes' | 'ends'> & { end: number; text: string };

/** `owedSince`: more must come, or what came may not have been all. `answer`: what the result says of it. `excused`: the reader was told that it went by unseen. */
interface Sent { to: number; ended: boolean; owedSince?: number; answer?: AnsweredStream; excused?: true }

/**
 * How far the output of each command was sent to one reader. Executors ship output again from its start when they take up a command:
 * what was sent is known by its bytes, whichever process sent it. Of a command whose result the reader has passed nothing is told later.
 */
export class SentOutput {
  private readonly streams: Map<string, Sent>;
  /** Answered and excused: what comes late is sent once, but nobody awaits it. */
  private readonly late = new Map<string, Sent>();
  private readonly done = new Set<string>();
  private readonly answered: AnsweredCommands;
  /** Streams that are not listed may have been sent, too: they go on where they go on. */
  private lenient: boolean;

  constructor(action: string, private readonly listed: SentStreams | undefined) {
    this.streams = new Map([...(listed ?? [])].map(([key, sent]) => [key, { ...sent }]));
    this.lenient = !listed;
    this.answered = new AnsweredCommands(action);
  }

  /** True if bytes before this piece went by, and the reader was not told so. */
  lacksBefore(piece: OutputPiece): boolean {
    const key = streamKey(piece.command, piece.stream);
    return !this.hasAll(key) && !this.sent(key)?.excused && piece.offset > this.sentTo(key, piece);
  }

  /** What of the piece this reader has not been told; from now on it has. */
  take(piece: OutputPiece, now: number): ToldOutput | undefined {
    const key = streamKey(piece.command, piece.stream);
    if (this.hasAll(key)) return undefined;
    const { bytes, ends = false, ...rest } = piece;
    const offset = Math.max(piece.offset, this.sentTo(key, piece));
    const end = Math.max(offset, piece.offset + bytes.length);
    this.isSent(key, { to: end, ended: ends }, now);
    const text = bytes.toString('utf8', offset - piece.offset);
    return text === '' && !piece.last ? undefined : { ...rest, offset, end, text };
  }

  /** The reader passes a record: streams of commands that it answers are done, or owe what they have not sent. `before`: it was passed on another connection. */
  pass(record: JournalRecord, { now, before = false }: { now: number; before?: boolean }): void {
    for (const answer of this.answered.by(record)) {
      const { key, wrote } = answer;
      const sent = this.streams.get(key);
      if (sent?.ended || (before && !sent && this.listed)) this.finish(key);
      else if (sent) Object.assign(sent, { owedSince: now, answer });
      else if (wrote > 0 && !before) this.streams.set(key, { to: 0, ended: false, owedSince: now, answer });
    }
  }

  /** What was sent in part is shipped again, or goes on: else something went by. */
  doubt(now: number): void {
    for (const sent of this.streams.values()) if (sent.to > 0 && !sent.ended && !sent.answer) sent.owedSince ??= now;
  }

  /** True if bytes have been owed since then or longer. */
  owes(since: number): boolean {
    return [...this.streams.values()].some(({ to, owedSince = Infinity, answer }) => owedSince <= since && answer?.wrote !== to);
  }

  /** True if something must still come that was shipped for sure, were it the end of what was sent. */
  awaits(): boolean {
    return [...this.streams.values()].some(({ owedSince, answer }) => owedSince !== undefined && answer?.digest !== undefined);
  }

  /** Streams of commands that have ended, of which something has been owed since then or longer. */
  endedUnsent(since: number): AnsweredStream[] {
    return [...this.streams.values()].flatMap(({ owedSince = Infinity, answer }) => (answer && owedSince <= since ? [answer] : []));
  }

  /** The reader was told that output went by unseen. */
  excuse(): void {
    for (const [key, sent] of this.streams) {
      if (sent.owedSince === undefined) continue;
      delete sent.owedSince;
      sent.excused = true;
      if (!this.answered.has(key)) continue;
      this.streams.delete(key);
      this.late.set(key, sent);
    }
  }

  /** The reader was told so of output before this moment, whatever it is. */
  beginAnywhere(): void {
    this.lenient = true;
  }

  /** Undefined where it was not known at the beginning, for what was sent then is never told; and where it is too much to tell. */
  position(): SentStreams | undefined {
    return this.listed && this.streams.size <= mostStreams ? this.streams : undefined;
  }

  private sent(key: string): Sent | undefined {
    return this.streams.get(key) ?? this.late.get(key);
  }

  private hasAll(key: string): boolean {
    return this.done.has(key) || this.streams.get(key)?.ended === true;
  }

  private sentTo(key: string, piece: OutputPiece): number {
    return this.sent(key)?.to ?? (this.lenient ? piece.offset : 0);
  }

  private isSent(key: string, sent: { to: number; ended: boolean }, now: number): void {
    const [answered, late] = [this.answered.has(key), this.late.get(key)];
    if (sent.ended && answered) this.finish(key);
    else if (late) late.to = sent.to;
    else this.streams.set(key, { ...sent, ...(answered ? { ...this.streams.get(key), ...sent, owedSince: now } : {}) });
  }

  private finish(key: string): void {
    this.streams.delete(key);
    this.late.delete(key);
    this.done.add(key);
  }
}

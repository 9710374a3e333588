import { Injectable } from '@nestjs/common';
import { type DetailDocument, errors } from '@edge/contracts';
import type { OutputAppended } from '@edge/contracts/messages';
import { Documents, LogIndex } from '@edge/ports';
import { Log } from '@edge/nest';
import { Room } from './room.js';
import { type Line, splitLines, type Unfinished } from './split-lines.js';

interface StoredTail { offset: number; bytes: string; action: string }

/** Lines that are handed to the index together at most. */
const linesAtOnce = 500;
/** What is on its way to the index at most: bytes of text, and what a line costs beside its text. */
const room = 3_000_000;
const lineCosts = 500;
const nothing = Buffer.alloc(0);

/** An unfinished line, and the version under which it is stored. */
interface Kept { tail: Unfinished; version: number }

/**
 * Turns output chunks into one document per line. An unfinished line is stored before its chunk counts as handled: a crash loses none. Where another shipper
 * has gone on with a stream meanwhile, what it stored counts. Of a stream whose chunks all ended with a line nothing is stored: it goes on anywhere.
 * However much comes in, the index is given what it can take: streams take turns, slice after slice.
 */
@Injectable()
export class OutputLines {
  private readonly open = new Map<string, Kept>();
  private readonly room = new Room(room);

  constructor(private readonly index: LogIndex, private readonly documents: Documents, private readonly log: Log) {}

  async append(chunk: OutputAppended): Promise<void> {
    const stream = `${chunk.command}:${chunk.stream}`;
    const kept = await this.tailBefore(stream, chunk);
    const last = chunk.last ?? false;
    let split = splitLines(kept.tail, { offset: chunk.offset, bytes: Buffer.from(chunk.bytes, 'base64'), last }, linesAtOnce);
    await this.store(chunk, split.lines);
    while (split.more) {
      split = splitLines(split.unfinished, { offset: split.unfinished.offset, bytes: nothing, last }, linesAtOnce);
      await this.store(chunk, split.lines);
    }
    await this.keep(chunk, { stream, kept, unfinished: { offset: split.unfinished.offset, bytes: Buffer.from(split.unfinished.bytes) } });
  }

  /** What is remembered, unless the stream has gone on elsewhere. */
  private async tailBefore(stream: string, { offset }: OutputAppended): Promise<Kept> {
    const known = this.open.get(stream);
    return known && offset <= known.tail.offset + known.tail.bytes.length ? known : this.storedTail(stream, offset);
  }

  private async store(chunk: OutputAppended, lines: Line[]): Promise<void> {
    if (lines.length === 0) return;
    const size = lines.reduce((sum, { bytes }) => sum + bytes.length + lineCosts, 0);
    const refused = await this.room.within(size, () => this.index.index({ summaries: [], details: lines.map((line) => detail(chunk, line)) }));
    for (const { id, reason } of refused) this.log.error({ id, reason }, 'the log index can never take this line');
  }

  /** Chunks come in order: where nothing is stored, everything before this one was whole lines. */
  private async storedTail(stream: string, offset: number): Promise<Kept> {
    const stored = await this.documents.get<StoredTail>('line-tails', stream);
    return { tail: { offset: stored?.document.offset ?? offset, bytes: Buffer.from(stored?.document.bytes ?? '', 'base64') }, version: stored?.version ?? 0 };
  }

  private async keep(chunk: OutputAppended, { stream, kept: { tail, version }, unfinished }: { stream: string; kept: Kept; unfinished: Unfinished }): Promise<void> {
    if (version === 0 && unfinished.bytes.length === 0) return this.remember(chunk, stream, { tail: unfinished, version });
    if (unfinished.offset === tail.offset && unfinished.bytes.length === tail.bytes.length && !chunk.last) return;
    const document: StoredTail = { offset: unfinished.offset, bytes: unfinished.bytes.toString('base64'), action: chunk.action };
    const lost = await this.documents.write([{ collection: 'line-tails', id: stream, document, ifVersion: version }]);
    if (lost) this.open.delete(stream);
    else this.remember(chunk, stream, { tail: unfinished, version: version + 1 });
    if (lost) throw errors.unavailable(`Another log shipper goes on with ${stream}.`);
  }

  private remember({ last }: OutputAppended, stream: string, kept: Kept): void {
    if (last) this.open.delete(stream);
    else this.open.set(stream, kept);
  }
}

function detail(chunk: OutputAppended, line: Line): DetailDocument {
  const { action, space, project, type, actor, at, host, step, command, stream } = chunk;
  const text = line.bytes.toString('utf8');
  const exact = Buffer.from(text, 'utf8').equals(line.bytes);
  return {
    id: `${command}:${stream}:${line.offset}`, correlation_id: action, space, project, type, actor, at, host, step, command_id: command, stream, offset: line.offset,
    text, newline: line.newline, ...(exact ? {} : { raw: line.bytes.toString('base64') }),
  };
}

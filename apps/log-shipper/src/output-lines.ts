import { Injectable } from '@nestjs/common';
import type { DetailDocument } from '@edge/contracts';
import type { OutputAppended } from '@edge/contracts/messages';
import { Documents, LogIndex } from '@edge/ports';
import { Log } from '@edge/nest';
import { type Line, splitLines, type Unfinished } from './split-lines.js';

interface StoredTail { offset: number; bytes: string; action: string }

/** Turns output chunks into one document per line. An unfinished line is stored before its chunk counts as handled: a crash loses none. */
@Injectable()
export class OutputLines {
  private readonly open = new Map<string, Unfinished>();

  constructor(private readonly index: LogIndex, private readonly documents: Documents, private readonly log: Log) {}

  async append(chunk: OutputAppended): Promise<void> {
    const stream = `${chunk.command}:${chunk.stream}`;
    const before = this.open.get(stream) ?? (await this.storedTail(stream));
    const { lines, unfinished } = splitLines(before, { offset: chunk.offset, bytes: Buffer.from(chunk.bytes, 'base64'), last: chunk.last ?? false });
    if (lines.length > 0) await this.store(lines.map((line) => detail(chunk, line)));
    await this.keep(stream, chunk, before, unfinished);
  }

  private async store(details: DetailDocument[]): Promise<void> {
    const refused = await this.index.index({ summaries: [], details });
    for (const { id, reason } of refused) this.log.error({ id, reason }, 'the log index can never take this line');
  }

  private async storedTail(stream: string): Promise<Unfinished> {
    const stored = await this.documents.get<StoredTail>('line-tails', stream);
    return { offset: stored?.document.offset ?? 0, bytes: Buffer.from(stored?.document.bytes ?? '', 'base64') };
  }

  private async keep(stream: string, chunk: OutputAppended, before: Unfinished, now: Unfinished): Promise<void> {
    if (now.offset === before.offset && now.bytes.length === before.bytes.length && !chunk.last) return;
    const tail: StoredTail = { offset: now.offset, bytes: now.bytes.toString('base64'), action: chunk.action };
    await this.documents.write([{ collection: 'line-tails', id: stream, document: tail }]);
    if (chunk.last) this.open.delete(stream);
    else this.open.set(stream, now);
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

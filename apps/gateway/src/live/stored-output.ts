import { hash } from 'node:crypto';
import type { DetailDocument } from '@edge/contracts';
import type { LogIndex } from '@edge/ports';
import { OutputBytes } from '../logs/output-bytes.js';
import type { AnsweredStream } from './answered-commands.js';
import type { OutputPiece } from './output-ring.js';

/** Longer ones the reader looks up. */
const mostBytes = 1024 * 1024;
const newline = 0x0a;

/** Streams that have ended, as the log index keeps them: for readers who were away when they were shipped. */
export class StoredOutput {
  constructor(private readonly index: LogIndex, private readonly action: string) {}

  /** A stream from its start to its end; undefined while the index does not hold all of it. */
  async whole({ command, stream, wrote, digest }: AnsweredStream): Promise<OutputPiece | undefined> {
    if (!digest || wrote > mostBytes) return undefined;
    const wanted = { action: this.action, command, stream };
    const { hits: [first] } = await this.index.search({ ...wanted, kind: 'detail', limit: 1 });
    if (!first) return undefined;
    const output = new OutputBytes(this.index, wanted);
    await output.read();
    const bytes = output.whole();
    if (hash('sha256', bytes) !== digest) return undefined;
    const { space, project, type, actor, host, step, at } = first.document as DetailDocument;
    return { ...wanted, space, project, type, actor, host, step, at, offset: 0, bytes, ends: true, ...(bytes.at(-1) === newline ? {} : { last: true }) };
  }
}

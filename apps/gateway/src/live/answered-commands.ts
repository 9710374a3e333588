import type { HostResult, JournalRecord, StepResult } from '@edge/contracts';
import { commandId, verifyKey } from '@edge/engine';

type Stream = 'stdout' | 'stderr';

/** A stream of a command that has its result. `wrote`: bytes that the host surely wrote to it; `digest`: of what was shipped. */
export interface AnsweredStream { key: string; command: string; stream: Stream; wrote: number; digest?: string }

/** Names a stream among those of one action. */
export function streamKey(command: string, stream: Stream): string {
  return `${command.slice(0, 16)}${stream === 'stdout' ? 'o' : 'e'}`;
}

/** Which commands of an action have their result, as its journal tells it record by record. */
export class AnsweredCommands {
  private readonly keys = new Set<string>();
  private readonly lost = new Map<string, number>();

  constructor(private readonly action: string) {}

  has(key: string): boolean {
    return this.keys.has(key);
  }

  /** The streams that this record ends. */
  by(record: JournalRecord): AnsweredStream[] {
    if (record.type !== 'result') return [];
    const streams = record.items.flatMap((item) => ('host' in item ? this.byResult(item) : []));
    for (const { key } of streams) this.keys.add(key);
    return streams;
  }

  /** The result of a step that was lost before may be that of another attempt or of the question whether it is done: both are over. */
  private byResult({ key: itemKey, host }: Extract<StepResult, { host: HostResult }>): AnsweredStream[] {
    const [key = '', attempt] = itemKey.split('@');
    if (attempt !== undefined) this.lost.set(key, Number(attempt));
    const lost = this.lost.get(key) ?? 0;
    if (attempt !== undefined || lost === 0) return this.streams({ key, attempt: Number(attempt ?? 1) }, host);
    return [...this.streams({ key, attempt: lost + 1 }), ...this.streams({ key: verifyKey(key), attempt: 1 })];
  }

  private streams({ key, attempt }: { key: string; attempt: number }, { bytes, digest }: Pick<HostResult, 'bytes' | 'digest'> = {}): AnsweredStream[] {
    const command = commandId(this.action, key, attempt);
    return (['stdout', 'stderr'] as const).map((stream) => ({ key: streamKey(command, stream), command, stream, wrote: bytes?.[stream] ?? 0, ...(digest ? { digest: digest[stream] } : {}) }));
  }
}

import { type HostResult, topics } from '@edge/contracts';
import { OutputAppended, type RunCommandPayload } from '@edge/contracts/messages';
import { toRecord } from '@edge/nest';
import type { Bus, BusRecord, OutputChunk } from '@edge/ports';

/** Sends a command's output on `edge.output`. A send that is not durable yet holds the host back: nothing is dropped, memory stays bounded. */
export class OutputPublisher {
  constructor(private readonly bus: Bus, private readonly payload: RunCommandPayload, private readonly now: () => number) {}

  async append(chunk: OutputChunk): Promise<void> {
    await this.bus.publish([this.record(chunk.stream, chunk.offset, Buffer.from(chunk.bytes).toString('base64'))]);
  }

  /** What marks the end of the streams, so that an unfinished line becomes a line; a stream to which its host wrote nothing needs no end. Goes with the result. */
  ends(shipped: { stdout: number; stderr: number }, { outcome, bytes }: HostResult): BusRecord[] {
    const streams = (['stdout', 'stderr'] as const).filter((stream) => shipped[stream] > 0 || outcome !== 'exited' || bytes?.[stream] !== 0);
    return streams.map((stream) => this.record(stream, shipped[stream], '', true));
  }

  private record(stream: 'stdout' | 'stderr', offset: number, bytes: string, last?: true): BusRecord {
    const { action, space, project, type, actor, host, step, command } = this.payload;
    const message: OutputAppended = Object.assign(new OutputAppended(), {
      action, space, project, type, actor, host: host.name, step, command, stream, offset, bytes, at: new Date(this.now()).toISOString(), ...(last ? { last } : {}),
    });
    const id = `${command}:${stream}:${offset}${last ? ':end' : ''}`;
    return toRecord(topics.output.name, action, message, { correlationId: action, causationId: command, source: 'edge/executor', id });
  }
}

import { Injectable } from '@nestjs/common';
import { type Accepted, errors, isEnd } from '@edge/contracts';
import { parsePrefer } from '../prefer.js';
import type { ReadAction } from './action-reader.js';
import { AwaitEnd } from './await-end.js';
import { goneSignal, type RawRequest, type SettableReply } from './http-shapes.js';

export interface Asking { prefer: string | undefined; request: RawRequest; reply: SettableReply }

/** The answer to whoever started an action, as their `Prefer` header asks for it. */
@Injectable()
export class AcceptedAnswer {
  constructor(private readonly awaitEnd: AwaitEnd) {}

  /** 202 with the accepted action, 200 with what a dry run came to; with `wait=N` 200 and what `told` makes of its end. @throws EdgeError `action-failed` with `handling=strict` when it did not complete */
  async give(accepted: Accepted, { prefer, request, reply }: Asking, told: (ended: ReadAction) => object | Promise<object>): Promise<object> {
    if (accepted.plan) {
      const { action_id: _, links: __, ...found } = accepted;
      reply.status(200);
      return found;
    }
    reply.header('location', `/api/v1/actions/${accepted.action_id}`);
    const { waitMs, strict } = parsePrefer(prefer);
    reply.status(202);
    if (waitMs === 0) return accepted;
    const ended = await this.awaitEnd.until(accepted.action_id, { waitMs, gone: goneSignal(request) });
    const { status, action_id: id, why = '' } = ended.view;
    if (!isEnd(status)) return { ...accepted, status };
    if (strict && status !== 'completed') throw errors.actionFailed(id, status, why);
    reply.status(200);
    return told(ended);
  }
}

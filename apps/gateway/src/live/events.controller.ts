import { Controller, Headers, Param, Query, Res } from '@nestjs/common';
import type { ActionDocument, Caller } from '@edge/contracts';
import { EventsQuery } from '@edge/contracts/messages';
import { CallerOf, Handles, Log } from '@edge/nest';
import { Access, Documents } from '@edge/ports';
import { EventStream, type RawReply } from './event-stream.js';
import { FollowAction } from './follow-action.js';
import { LiveActions } from './live-actions.js';
import { streamStart } from './stream-position.js';

/** Server-sent events: one action in full, or a nod for every action that changes. */
@Controller()
export class EventsController {
  private readonly open = new Set<EventStream>();
  private ending = false;

  constructor(private readonly followAction: FollowAction, private readonly live: LiveActions, private readonly access: Access, private readonly documents: Documents, private readonly log: Log) {}

  @Handles('followAction')
  async one(@Param('id') id: string, @Headers('last-event-id') last: string | undefined, @Res() reply: RawReply): Promise<void> {
    const position = await this.followAction.positionOf(id, last);
    if (last && position && (await this.followAction.ended(id, position))) {
      reply.hijack();
      reply.raw.writeHead(204).end();
      return;
    }
    const stream = this.opened(reply);
    if (!position) await stream.send('resync', { action: id, what: 'all' }); // it is told anew from its start
    await this.followAction.follow(id, position ?? streamStart, stream).catch((error: unknown) => {
      this.log.warn({ action: id, error: String(error) }, 'an event stream broke off');
      stream.end();
    });
  }

  @Handles('followAll')
  async all(@Query() query: EventsQuery, @CallerOf() caller: Caller, @Headers('last-event-id') last: string | undefined, @Res() reply: RawReply): Promise<void> {
    const visible = await this.access.visibleSpaces(caller.subject);
    const stream = this.opened(reply);
    if (last) await stream.send('resync', { what: 'actions' }); // nods are not kept: read the list again
    const stop = this.live.listenToAll((id) => void this.nod(stream, { id, visible, query }));
    reply.raw.on('close', stop);
  }

  /** Open streams would hold the server's end back: they end first, and readers take up again. */
  beforeApplicationShutdown(): void {
    this.ending = true;
    for (const stream of this.open) stream.end();
  }

  private opened(reply: RawReply): EventStream {
    const stream: EventStream = new EventStream(reply, () => this.open.delete(stream));
    this.open.add(stream);
    if (this.ending || reply.raw.req.method === 'HEAD') stream.end();
    return stream;
  }

  private async nod(stream: EventStream, { id, visible, query }: { id: string; visible: 'all' | string[]; query: EventsQuery }): Promise<void> {
    const action = (await this.documents.get<ActionDocument>('actions', id))?.document;
    if (!action || (visible !== 'all' && !visible.includes(action.space))) return;
    if ((query.space && query.space !== action.space) || (query.project && query.project !== action.project)) return;
    await stream.send('changed', { action_id: id, space: action.space, project: action.project, status: action.projection.status });
  }
}

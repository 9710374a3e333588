import { Body, Controller, Headers, HttpCode, Param, Query, Req, Res } from '@nestjs/common';
import { type Accepted, type Caller, errors } from '@edge/contracts';
import { ActionsQuery, PageQuery, RetryBody, SignalBody, StartActionBody, VerdictBody } from '@edge/contracts/messages';
import { Acceptance } from '@edge/engine';
import { CallerOf, Handles, type Page, pageOf } from '@edge/nest';
import { Access } from '@edge/ports';
import { AcceptedAnswer, type Asking } from './accepted-answer.js';
import { checkStart } from './check-start.js';
import { ActionList, type ActionRow } from './action-list.js';
import { ActionReader } from './action-reader.js';
import { givenKey } from './given-key.js';
import type { RawRequest, SettableReply } from './http-shapes.js';

interface SpacePath { space: string; project: string; type: string }

/** Starting, listing, showing and controlling actions. */
@Controller()
export class ActionsController {
  constructor(
    private readonly acceptance: Acceptance,
    private readonly access: Access,
    private readonly list: ActionList,
    private readonly reader: ActionReader,
    private readonly accepted: AcceptedAnswer,
  ) {}

  @Handles('startAction')
  async start(
    @Param() path: SpacePath, @Body() body: StartActionBody, @Headers() headers: Record<string, string>, @CallerOf() caller: Caller, @Req() request: RawRequest, @Res({ passthrough: true }) reply: SettableReply,
  ): Promise<object> {
    await checkStart(this.access, { ...path, body, caller });
    if (body.override_freeze !== undefined) request.edge!.detail = { override_freeze: body.override_freeze, reason: body.reason };
    const accepted = await this.acceptance.start({ ...path, ...body, ...givenKey(headers) }, caller);
    return this.answer(accepted, { prefer: headers.prefer, request, reply });
  }

  @Handles('listActions')
  async listActions(@Query() query: ActionsQuery, @CallerOf() caller: Caller): Promise<Page<ActionRow>> {
    return this.list.page(query, await this.access.visibleSpaces(caller.subject));
  }

  @Handles('showAction')
  async show(@Param('id') id: string): Promise<object> {
    return this.reader.shown(id);
  }

  @Handles('cancelAction') @HttpCode(200)
  cancel(@Param('id') id: string, @Body() body: SignalBody, @CallerOf() caller: Caller) {
    return this.acceptance.signal(id, 'cancel', body, caller);
  }

  @Handles('pauseAction') @HttpCode(200)
  pause(@Param('id') id: string, @Body() body: SignalBody, @CallerOf() caller: Caller) {
    return this.acceptance.signal(id, 'pause', body, caller);
  }

  @Handles('resumeAction') @HttpCode(200)
  resume(@Param('id') id: string, @Body() body: SignalBody, @CallerOf() caller: Caller) {
    return this.acceptance.signal(id, 'resume', body, caller);
  }

  @Handles('approveAction') @HttpCode(200)
  approve(@Param('id') id: string, @Body() body: SignalBody, @CallerOf() caller: Caller) {
    return this.acceptance.signal(id, 'approve', body, caller);
  }

  @Handles('rejectAction') @HttpCode(200)
  reject(@Param('id') id: string, @Body() body: SignalBody, @CallerOf() caller: Caller) {
    return this.acceptance.signal(id, 'reject', body, caller);
  }

  @Handles('giveVerdict') @HttpCode(200)
  verdict(@Param('id') id: string, @Body() body: VerdictBody, @CallerOf() caller: Caller) {
    return this.acceptance.signal(id, 'verdict', body, caller);
  }

  @Handles('retryAction')
  async retry(@Param('id') id: string, @Body() body: RetryBody, @Headers() headers: Record<string, string>, @CallerOf() caller: Caller, @Req() request: RawRequest, @Res({ passthrough: true }) reply: SettableReply): Promise<object> {
    const { space, project, type } = await this.reader.document(id);
    await checkStart(this.access, { space, project, type, body: {}, caller });
    return this.answer(await this.acceptance.retry(id, caller, body), { prefer: headers.prefer, request, reply });
  }

  @Handles('listActionHosts')
  async hosts(@Param('id') id: string, @Query() query: PageQuery): Promise<Page<object>> {
    const { view } = await this.reader.read(id);
    return pageOf(view.hosts, { ...query, idOfItem: ({ host }) => host });
  }

  @Handles('showActionHost')
  async host(@Param('id') id: string, @Param('host') name: string): Promise<object> {
    const { view } = await this.reader.read(id);
    const host = view.hosts.find((candidate) => candidate.host === name);
    if (!host) throw errors.notFound(`host ${name} in action ${id}`);
    return host;
  }

  @Handles('readJournal')
  async journal(@Param('id') id: string, @Query() query: PageQuery): Promise<Page<object>> {
    const { records } = await this.reader.read(id);
    return pageOf(records, { limit: 1_000, ...query, idOfItem: ({ seq }) => String(seq) });
  }

  private answer(accepted: Accepted, asking: Asking): Promise<object> {
    return this.accepted.give(accepted, asking, ({ view }) => ({ ...accepted, ...view }));
  }
}

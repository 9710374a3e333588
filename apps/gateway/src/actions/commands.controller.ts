import { setTimeout as sleep } from 'node:timers/promises';
import { Body, Controller, Headers, HttpCode, Query, Req, Res } from '@nestjs/common';
import { type ActionHostView, type Caller, errors, type HostDocument } from '@edge/contracts';
import { CheckCommandBody, CommandsQuery, RunCommandsBody } from '@edge/contracts/messages';
import { checkCommand } from '@edge/command-policy';
import { Acceptance } from '@edge/engine';
import { CallerOf, Handles } from '@edge/nest';
import { Access, Clock, ConfigReader, LogIndex } from '@edge/ports';
import { commandAnswers } from '../command-answers.js';
import { outputBytes } from '../logs/output-bytes.js';
import { AcceptedAnswer } from './accepted-answer.js';
import type { ReadAction } from './action-reader.js';
import type { RawRequest, SettableReply } from './http-shapes.js';

const triesForOutput = 60;

/** One command on many hosts, and what the policy says of a command. */
@Controller()
export class CommandsController {
  constructor(
    private readonly acceptance: Acceptance,
    private readonly access: Access,
    private readonly config: ConfigReader,
    private readonly accepted: AcceptedAnswer,
    private readonly index: LogIndex,
    private readonly clock: Clock,
  ) {}

  @Handles('runCommands')
  async run(@Body() body: RunCommandsBody, @Query() query: CommandsQuery, @Headers() headers: Record<string, string>, @CallerOf() caller: Caller, @Req() request: RawRequest, @Res({ passthrough: true }) reply: SettableReply): Promise<object> {
    const space = await this.spaceFor(body, caller);
    const accepted = await this.acceptance.run({ ...body, space, ...(headers['idempotency-key'] ? { idempotencyKey: headers['idempotency-key'] } : {}) }, caller);
    return this.accepted.give(accepted, { prefer: headers.prefer, request, reply }, async (ended) => {
      const answers = await this.answers(body.command, ended);
      return query.detail === 'true' ? { action_id: accepted.action_id, answers, hosts: ended.view.hosts } : answers;
    });
  }

  @Handles('checkCommand') @HttpCode(200)
  async check(@Body() body: CheckCommandBody, @CallerOf() caller: Caller): Promise<object> {
    const visible = await this.access.visibleSpaces(caller.subject);
    if (body.space !== undefined && visible !== 'all' && !visible.includes(body.space)) throw errors.notFound(`space ${body.space}`);
    const { policies } = await this.config.rules({ space: body.space ?? '', ...(body.environment ? { environment: body.environment } : {}), at: new Date(this.clock.now()).toISOString() });
    return checkCommand(body.command, { ...(body.run_as ? { runAs: body.run_as } : {}), rules: policies });
  }

  /** The space in which she may run free commands on all these hosts: the one she names, else the only one that fits. */
  private async spaceFor(body: RunCommandsBody, caller: Caller): Promise<string> {
    const visible = await this.access.visibleSpaces(caller.subject);
    const mayKnow = (space: string) => visible === 'all' || visible.includes(space);
    if (body.space !== undefined && !mayKnow(body.space)) throw errors.notFound(`space "${body.space}"`);
    const hosts = (await this.config.hosts(body.hosts)).filter((host) => host.spaces.some(mayKnow));
    const unknown = body.hosts.filter((name) => !hosts.some((host) => host.name === name));
    if (unknown.length > 0) throw errors.invalid(`There is no host ${unknown.join(', ')}.`, unknown.map((name) => ({ pointer: `/hosts/${body.hosts.indexOf(name)}`, detail: `There is no host "${name}", or you may not know of it.`, remedy: 'See GET /api/v1/hosts.' })));
    const candidates = body.space === undefined ? commonSpaces(hosts).filter(mayKnow) : [body.space];
    const allowed: string[] = [];
    for (const space of candidates) if ((await this.access.may({ subject: caller.subject, permission: 'run-command', space })).allowed) allowed.push(space);
    if (allowed.length === 0) throw errors.forbidden(`run-command on ${body.space ?? 'a space of all these hosts'}`);
    if (allowed.length > 1) throw errors.invalidField('/space', 'The hosts belong to several spaces.', `Name one of ${allowed.join(', ')}.`);
    return allowed[0]!;
  }

  private async answers(command: string, { document, view }: ReadAction): Promise<object> {
    const outputs = await Promise.all(view.hosts.map(async (host) => [host.host, await this.output(document.id, host)] as const));
    return commandAnswers(command, view.hosts.map((host) => ({ host: host.host, ...(host.result ? { result: host.result } : {}), why: host.why ?? view.why ?? 'It did not run.' })), Object.fromEntries(outputs));
  }

  /** The index may be a moment behind the result: it is waited for until it holds what the host wrote, a few seconds at most. Then the result's own tail speaks. */
  private async output(action: string, { commands, result }: ActionHostView): Promise<string> {
    const command = commands.at(-1)?.command_id;
    if (!command || result?.code === undefined) return '';
    for (let tries = 0; tries < triesForOutput; tries++) {
      const bytes = await outputBytes(this.index, { action, command, stream: 'stdout' });
      if (bytes.length >= (result.bytes?.stdout ?? 0)) return bytes.toString('utf8');
      await sleep(50);
    }
    return result.tail ?? '';
  }
}

function commonSpaces(hosts: HostDocument[]): string[] {
  return (hosts[0]?.spaces ?? []).filter((space) => hosts.every((host) => host.spaces.includes(space)));
}

import { setTimeout as sleep } from 'node:timers/promises';
import { Body, Controller, Headers, HttpCode, Query, Req, Res } from '@nestjs/common';
import { type ActionHostView, type Caller } from '@edge/contracts';
import { CheckCommandBody, CommandsQuery, RunCommandsBody } from '@edge/contracts/messages';
import { checkCommand } from '@edge/command-policy';
import { Acceptance, noSuchHost } from '@edge/engine';
import { CallerOf, Handles } from '@edge/nest';
import { Clock, ConfigReader, LogIndex } from '@edge/ports';
import { commandAnswers, errorsElsewhere, type FittingOutputs, fittingOutputs, linesOf, tailOnly, wholeOutput } from '../command-answers.js';
import { OutputBytes, type Wanted } from '../logs/output-bytes.js';
import { parsePrefer } from '../prefer.js';
import { AcceptedAnswer } from './accepted-answer.js';
import { CommandSpace } from './command-space.js';
import { givenKey } from './given-key.js';
import type { ReadAction } from './action-reader.js';
import type { RawRequest, SettableReply } from './http-shapes.js';

const triesForOutput = 60;

/** One command on many hosts, and what the policy says of a command. */
@Controller()
export class CommandsController {
  constructor(
    private readonly acceptance: Acceptance,
    private readonly space: CommandSpace,
    private readonly config: ConfigReader,
    private readonly accepted: AcceptedAnswer,
    private readonly index: LogIndex,
    private readonly clock: Clock,
  ) {}

  @Handles('runCommands')
  async run(@Body() body: RunCommandsBody, @Query() query: CommandsQuery, @Headers() headers: Record<string, string>, @CallerOf() caller: Caller, @Req() request: RawRequest, @Res({ passthrough: true }) reply: SettableReply): Promise<object> {
    const wanted = { ...body, hosts: body.hosts.map((name) => name.trim()) };
    const space = await this.space.of(wanted, caller);
    const accepted = await this.acceptance.run({ ...wanted, space, ...givenKey(headers), ...(parsePrefer(headers.prefer).strict ? { unknownHosts: 'refuse' as const } : {}) }, caller);
    return this.accepted.give(accepted, { prefer: headers.prefer, request, reply }, async (ended) => {
      const hosts = [...ended.view.hosts, ...unknownHosts(wanted.hosts, { space, known: ended.document.hosts })];
      const answers = await this.answers(body.command, { document: ended.document, view: { ...ended.view, hosts } });
      return query.detail === 'true' ? { action_id: accepted.action_id, status: ended.view.status, answers, stderr: await this.errors(ended), hosts } : answers;
    });
  }

  @Handles('checkCommand') @HttpCode(200)
  async check(@Body() body: CheckCommandBody, @CallerOf() caller: Caller): Promise<object> {
    await this.space.demand(body, caller);
    const { policies } = await this.config.rules({ space: body.space ?? '', ...(body.environment ? { environment: body.environment } : {}), at: new Date(this.clock.now()).toISOString() });
    return checkCommand(body.command, { ...(body.run_as ? { runAs: body.run_as } : {}), rules: policies });
  }

  private async answers(command: string, { document, view }: Pick<ReadAction, 'document' | 'view'>): Promise<object> {
    const fitting = fittingOutputs(view.hosts);
    const outputs = await Promise.all(view.hosts.map(async (host) => [host.host, await this.output(document.id, host, fitting)] as const));
    return commandAnswers(command, view.hosts.map((host) => ({ host: host.host, ...(host.result ? { result: host.result } : {}), why: host.why ?? view.why ?? 'It did not run.' })), Object.fromEntries(outputs));
  }

  /** Host → what it wrote on standard error; only those that wrote any. */
  private async errors({ document, view }: Pick<ReadAction, 'document' | 'view'>): Promise<Record<string, string[]>> {
    const fitting = fittingOutputs(view.hosts, 'stderr');
    const wrote = view.hosts.filter(({ result }) => (result?.bytes?.stderr ?? 0) > 0);
    return Object.fromEntries(await Promise.all(wrote.map(async ({ host, commands, result }) => {
      const wanted = { action: document.id, command: commands.at(-1)?.command_id ?? '', stream: 'stderr' } as const;
      const text = fitting.has(host) ? await this.indexed(wanted, result?.bytes?.stderr ?? 0) : undefined;
      return [host, linesOf(text ?? errorsElsewhere(document.id, result?.bytes?.stderr ?? 0))] as const;
    })));
  }

  /** What is short is whole in the result; what is too long for an answer is told by its tail, as is what the index does not hold in time. */
  private async output(action: string, { host, commands, result }: ActionHostView, fitting: FittingOutputs): Promise<string> {
    const command = commands.at(-1)?.command_id;
    if (!command || result?.code === undefined) return '';
    const whole = wholeOutput(result);
    if (whole !== undefined) return whole;
    if (!fitting.has(host)) return tailOnly(action, result);
    return (await this.indexed({ action, command, stream: 'stdout' }, result.bytes?.stdout ?? 0)) ?? result.tail ?? '';
  }

  /** The index may be a moment behind the result: it is waited for until it holds what the host wrote, a few seconds at most. */
  private async indexed(wanted: Wanted, bytes: number): Promise<string | undefined> {
    let output = new OutputBytes(this.index, wanted);
    for (let tries = 0; tries < triesForOutput; tries++) {
      if (tries === triesForOutput - 1) output = new OutputBytes(this.index, wanted); // once more from the start: lines of an executor whose clock is behind sort before those that were read
      await output.read();
      if (output.length >= bytes) return output.whole().toString('utf8');
      await sleep(50);
    }
    return undefined;
  }
}

/** Hosts that were asked for and have no part in the action. */
function unknownHosts(asked: string[], { space, known }: { space: string; known: string[] }): ActionHostView[] {
  const has = new Set(known);
  return [...new Set(asked)].filter((host) => !has.has(host)).map((host) => ({ host, zone: '-', state: 'failed', commands: [], result: { outcome: 'not-started', cause: 'unknown-host', detail: noSuchHost(host, space) } }));
}

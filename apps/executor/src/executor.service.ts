import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { HostResult } from '@edge/contracts';
import { topics } from '@edge/contracts';
import { CancelCommand, CommandFinished, CommandsRunning, type CancelCommandPayload, type CommandResultPayload, type RunCommand, type RunCommandPayload } from '@edge/contracts/messages';
import { Log, toRecord } from '@edge/nest';
import { Bus, type BusRecord, Clock, ConfigReader, Keyring, Secrets, Shell, type ShellCommand } from '@edge/ports';
import { checkCommand } from '@edge/command-policy';
import { Admission, refusal } from './admission.js';
import { ExecutorIdentity } from './executor-identity.js';
import { OutputPublisher } from './output-publisher.js';
import { RecentRules } from './recent-rules.js';

/** Runs commands on hosts and answers each exactly once per delivery; hosts deduplicate by command id. */
@Injectable()
export class ExecutorService {
  private readonly running = new Map<string, RunCommandPayload>();
  /** What their hosts say to their cancellation, by command. */
  private readonly cancelled = new Map<string, Promise<HostResult>>();
  private refused = 0;
  private readonly rules: RecentRules;
  private readonly admission: Admission;

  constructor(
    private readonly bus: Bus,
    private readonly shell: Shell,
    private readonly keyring: Keyring,
    private readonly secrets: Secrets,
    config: ConfigReader,
    private readonly clock: Clock,
    private readonly identity: ExecutorIdentity,
    private readonly log: Log,
  ) {
    this.rules = new RecentRules(config, () => clock.now());
    this.admission = new Admission(keyring, checkCommand);
  }

  /** Resolves when the result is durable on the bus. A message whose signature cannot be believed is dropped, loudly. */
  async run(message: RunCommand): Promise<void> {
    const payload = this.admission.believe(message.signed);
    if ('refusal' in payload) {
      this.refused += 1;
      this.log.warn({ detail: payload.refusal.detail }, 'refused a command that no known orchestrator signed');
      return;
    }
    const { policies } = await this.rules.of(payload);
    const refused = this.admission.whyNot(payload, { grant: message.grant, proof: message.proof, now: this.clock.now(), rules: policies });
    await (refused ? this.answer(payload, refused) : this.execute(payload));
  }

  /** Ends a running command, or marks one that has not started so that it never can. */
  async cancel(message: CancelCommand): Promise<void> {
    const payload = this.keyring.verify<CancelCommandPayload>('command', message.signed);
    if (!payload) {
      this.refused += 1;
      this.log.warn({}, 'refused a cancellation that no known orchestrator signed');
      return;
    }
    const ending = this.shell.cancel({ id: payload.command, host: payload.host, ...(payload.runAs ? { runAs: payload.runAs } : {}) });
    this.cancelled.set(payload.command, ending);
    const result = await ending;
    this.log.info({ action: payload.action, command: payload.command, host: payload.host.name, outcome: result.outcome, cause: result.cause }, 'command cancelled');
    if (this.running.has(payload.command)) return;
    await this.bus.publish([this.resultRecord({ action: payload.action, command: payload.command, key: '', attempt: 0, host: payload.host.name, executor: this.identity.name, result })]);
  }

  /** Tells the orchestrator what is being worked on. */
  async reportRunning(): Promise<void> {
    const byAction = new Map<string, string[]>();
    for (const [command, { action }] of this.running) byAction.set(action, [...(byAction.get(action) ?? []), command]);
    const records = [...byAction].map(([action, commands]) =>
      toRecord(topics.actions.name, action, Object.assign(new CommandsRunning(), { action, executor: this.identity.name, commands, at: this.clock.now() }), { correlationId: action, source: 'edge/executor' }));
    if (records.length > 0) await this.bus.publish(records);
  }

  /** Commands and cancellations so far whose signature could not be believed. */
  refusedCount(): number {
    return this.refused;
  }

  runningCount(): number {
    return this.running.size;
  }

  private async execute(payload: RunCommandPayload): Promise<void> {
    this.running.set(payload.command, payload);
    try {
      const { result, ends = [] } = await this.onHost(payload);
      await this.answer(payload, result, ends);
    } finally {
      this.running.delete(payload.command);
      this.cancelled.delete(payload.command);
    }
  }

  private async onHost(payload: RunCommandPayload): Promise<{ result: HostResult; ends?: BusRecord[] }> {
    const secretEnv = payload.secretEnv ?? {};
    const values = await this.secrets.values(payload.space, Object.values(secretEnv));
    const missing = Object.values(secretEnv).filter((name) => values[name] === undefined);
    if (missing.length > 0) return { result: refusal('secret-missing', missing.join(', ')) };
    const ended = await this.cancelled.get(payload.command);
    if (ended && !mayHaveWritten(payload, ended)) return { result: ended };
    const env = Object.fromEntries(Object.entries(secretEnv).map(([variable, name]) => [variable, values[name] ?? '']));
    const output = new OutputPublisher(this.bus, payload, () => this.clock.now());
    const command: ShellCommand = {
      id: payload.command, host: payload.host, text: payload.text, channel: payload.channel, withinMs: payload.withinMs,
      ...(payload.runAs ? { runAs: payload.runAs } : {}), env, redact: Object.values(values),
    };
    const shipped = { stdout: 0, stderr: 0 };
    const result = await this.shell.exec(command, async (chunk) => {
      await this.untilDurable(() => output.append(chunk));
      shipped[chunk.stream] = Math.max(shipped[chunk.stream], chunk.offset + chunk.bytes.length);
    });
    this.log.info({ action: payload.action, command: payload.command, host: payload.host.name, step: payload.step, outcome: result.outcome, cause: result.cause, exit: result.code }, 'command finished');
    return { result, ends: output.ends(shipped, result) };
  }

  /** The ends of its output come with the result: until all is durable the command counts as not answered, and whoever gets it next ships and answers again. */
  private async answer(payload: RunCommandPayload, result: HostResult, ends: BusRecord[] = []): Promise<void> {
    const { action, command, key, attempt, host } = payload;
    const records = [...ends, this.resultRecord({ action, command, key, attempt, host: host.name, executor: this.identity.name, result })];
    await this.untilDurable(() => this.bus.publish(records));
  }

  private resultRecord(payload: CommandResultPayload): BusRecord {
    const message = Object.assign(new CommandFinished(), { action: payload.action, command: payload.command, signed: this.keyring.sign('result', payload) });
    return toRecord(topics.actions.name, payload.action, message, { correlationId: payload.action, causationId: payload.command, source: 'edge/executor' });
  }

  /** The bus may be away for a while; what a host answered is kept until it is back. */
  private async untilDurable(send: () => Promise<void>): Promise<void> {
    for (let wait = 100; ; wait = Math.min(wait * 2, 5_000)) {
      try {
        return await send();
      } catch (error) {
        this.log.warn({ error: String(error) }, 'the bus does not take output or a result; trying again');
        await sleep(wait);
      }
    }
  }
}

/**
 * A command that was cancelled before it was taken up here may have been launched by whoever had it before: its host tells how it ended, and what it wrote
 * is still to be shipped by attaching to it. It cannot start any more, except where the host could not be asked, or keeps no record.
 */
function mayHaveWritten({ channel }: RunCommandPayload, { outcome, cause }: HostResult): boolean {
  return channel === 'durable' && outcome !== 'not-started' && cause !== 'cancel-unconfirmed';
}

import { type HostResult, succeeded } from '@edge/contracts';
import { type Application, type ApplicationCommands, type Batch, type HealthOptions, type Host, type Loss, milliseconds, type RunOptions, Text, type TextFor } from '@edge/script';
import { RunningApplication } from './application.js';
import { commandText } from './command-text.js';
import type { Conversation } from './conversation.js';
import type { Ledger } from './ledger.js';
import { whyFailed } from './why-failed.js';
import { withWidth } from './with-width.js';

export interface BatchPlace { zone: string; pool?: string; stage: number; number: number }

export interface Errand<Words = string | Text> { step: string; text: Words; options: RunOptions }

export interface BatchSurroundings {
  action: string;
  conversation: Conversation;
  ledger: Ledger;
  /** The configuration's `run_as`. */
  runAs?: string;
  checkHealth(batch: RunningBatch, options: HealthOptions): Promise<void>;
}

/** A batch at work; see `Batch`. */
export class RunningBatch implements Batch {
  readonly zone: string;
  readonly pool?: string;
  readonly stage: number;
  readonly number: number;
  private standing: Host[];
  private readonly losses: Loss[] = [];
  private readonly lostHosts: Host[] = [];
  private readonly running = new Set<string>();
  private readonly applications: RunningApplication[] = [];
  /** How many commands were begun on each host. */
  private readonly begun = new Map<string, number>();
  /** Hosts on which something ran: no longer as the action found them. */
  readonly touched = new Set<string>();

  constructor(place: BatchPlace, hosts: readonly Host[], private readonly around: BatchSurroundings) {
    this.zone = place.zone;
    if (place.pool !== undefined) this.pool = place.pool;
    this.stage = place.stage;
    this.number = place.number;
    this.standing = [...hosts];
  }

  get hosts(): readonly Host[] {
    return this.standing;
  }

  get lost(): readonly Loss[] {
    return this.losses;
  }

  get lostOnes(): readonly Host[] {
    return this.lostHosts;
  }

  /** Version that the host was said to run now. */
  versionOf(host: Host): string | undefined {
    return this.running.has(host.name) ? host.version : undefined;
  }

  /** Commands that were begun on a host and may have changed something there. */
  begunOn({ name }: Host): number {
    return this.begun.get(name) ?? 0;
  }

  /** Its application was stopped, and started again as it was before. */
  isAsItWas(host: string): boolean {
    return this.applications.some((application) => application.isAsItWas(host));
  }

  run = (step: string, text: TextFor, options: RunOptions = {}): Promise<Record<string, HostResult>> => this.runEach({ step, text, options }, () => undefined);

  /** `ended` hears of every host's result, also of those that come after a cancellation. */
  async runEach({ step, text, options }: Errand<TextFor>, ended: (host: Host, result: HostResult) => void): Promise<Record<string, HostResult>> {
    const { conversation } = this.around;
    const before = conversation.cancelled;
    const errands = this.standing.flatMap((host) => {
      const own = typeof text === 'function' ? text(host) : text;
      return own === undefined ? [] : [{ host, text: own }];
    });
    const results = await withWidth(errands, options.width ?? Infinity, async ({ host, text: own }) => {
      conversation.goOn(before);
      const result = await this.onHost(host, { step, text: own, options });
      ended(host, result);
      return [host.name, result] as const;
    });
    conversation.goOn(before);
    return Object.fromEntries(results);
  }

  application = (commands: ApplicationCommands): Application => {
    const application = new RunningApplication(commands, this);
    this.applications.push(application);
    return application;
  };

  /** No host stays stopped in silence; whatever became of the batch. */
  async leaveWell(): Promise<void> {
    for (const application of this.applications) await application.leaveWell();
  }

  waitHealthy = (options: HealthOptions = {}): Promise<void> => this.around.checkHealth(this, options);

  lose = (host: string, why: string, step?: string): void => {
    const loss = { host, why, ...(step === undefined ? {} : { step }) };
    if (this.drop(loss)) this.around.ledger.failed(loss);
  };

  runsNow = (): void => {
    for (const host of this.standing) this.runsOn(host);
  };

  runsOn(host: Host): void {
    if (host.version === undefined || this.running.has(host.name)) return;
    this.running.add(host.name);
    this.around.conversation.note({ event: 'version-live', host: host.name, version: host.version });
  }

  get isCancelled(): boolean {
    return this.around.conversation.cancelled !== undefined;
  }

  /** A sentence for the action's page about one host. */
  say(host: Host, text: string, step: string): void {
    this.around.conversation.note({ event: 'message', level: 'info', text, host: host.name, step });
  }

  /** A host that is worse off than that it was lost. */
  worse(host: Host, why: string, step: string): void {
    this.around.ledger.worse({ host: host.name, why, step });
  }

  /** Says how a step ended on a host. */
  finished(step: string, host: string, ok: boolean): void {
    this.around.conversation.note({ event: 'step-finished', step, host, ok, stage: this.stage, batch: this.number });
  }

  /** One command on one host, whatever it gives: no loss, no note. */
  async ask(host: Host, { step, text, options }: Errand): Promise<HostResult> {
    const { action, conversation, runAs } = this.around;
    const asUser = options.runAs ?? runAs;
    const textOf = (each: string | Text) => commandText(each, { action, host });
    const takeBack = options.channel === 'fast' ? () => undefined : this.begins(host);
    const answer = await conversation.ask(`${host.name}:${step}`, {
      kind: 'exec', step, host: host.name, text: textOf(text), withinMs: withinMsOf(options), channel: options.channel ?? 'durable',
      ...(asUser ? { runAs: asUser } : {}), ...(options.secretEnv ? { secretEnv: options.secretEnv } : {}),
      onLost: lostPolicy(options.onLost, textOf), stage: this.stage, batch: this.number,
    });
    const result = resultOf(answer);
    if (result.outcome === 'not-started') takeBack();
    return result;
  }

  /** From now on something runs there; what is answered takes that back. */
  private begins(host: Host): () => void {
    const touched = this.touched.has(host.name);
    this.touched.add(host.name);
    this.begun.set(host.name, this.begunOn(host) + 1);
    return () => {
      this.begun.set(host.name, this.begunOn(host) - 1);
      if (!touched) this.touched.delete(host.name);
    };
  }

  private async onHost(host: Host, errand: Errand): Promise<HostResult> {
    const result = await this.ask(host, errand);
    this.finished(errand.step, host.name, succeeded(result));
    if (!succeeded(result) && errand.options.onFailure !== 'keep') this.dropped(host, errand, result);
    return result;
  }

  /** A command that ended, or never began, because the action is cancelled is no failure of its host. */
  private dropped(host: Host, { step, options }: Errand, result: HostResult): void {
    if (!this.isCancelled || !['cancelled', 'not-started'].includes(result.outcome)) return this.lose(host.name, whyFailed(step, result, withinMsOf(options)), step);
    this.drop({ host: host.name, why: 'cancelled', step });
  }

  private drop(loss: Loss): boolean {
    const host = this.standing.find(({ name }) => name === loss.host);
    if (!host) return false;
    this.standing = this.standing.filter((each) => each !== host);
    this.losses.push(loss);
    this.lostHosts.push(host);
    return true;
  }
}

const longestMs = 7 * 86_400_000;

function withinMsOf({ within = '10m' }: RunOptions): number {
  const ms = milliseconds(within);
  if (ms < 1 || ms > longestMs) throw new RangeError(`"within" of a command is ${JSON.stringify(within)}: say more than nothing and at most "7d".`);
  return ms;
}

function lostPolicy(onLost: RunOptions['onLost'], textOf: (text: string | Text) => string): 'fail' | 'retry' | { verify: string } {
  return typeof onLost === 'object' ? { verify: textOf(onLost.verify) } : (onLost ?? 'fail');
}

function resultOf(answer: object): HostResult {
  if ('host' in answer) return answer.host as HostResult;
  const detail = 'error' in answer ? String(answer.error) : undefined;
  return { outcome: 'not-started', cause: 'never-sent', ...(detail ? { detail } : {}) };
}

import { createHash } from 'node:crypto';
import { type ActionDocument, canonicalJson, type ExecStep, type HostResult, type Json, type Signal, type SignalStep, type StepRequest, type StepResult, succeeded } from '@edge/contracts';
import type { BusRecord } from '@edge/ports';
import { attemptKey, verifyKey } from '../journal/attempt-key.js';
import { commandId } from '../journal/command-id.js';
import { cancelCommandRecord, runCommandRecord } from './command-messages.js';
import { Outstanding, type OutstandingCommand, type SentCommand } from './outstanding.js';
import type { RuntimeDeps } from './runtime-deps.js';

/** What came back from the world for a step, to be journaled before the script hears of it. */
export type Answer = (item: StepResult) => void;

const notStarted: HostResult = { outcome: 'not-started', cause: 'never-sent', detail: 'The action was cancelled first.' };
/** Nobody knows what an attempt before did: to say that it was never sent would be a guess. */
const notTriedAgain: HostResult = { outcome: 'lost', cause: 'connection-lost', detail: 'The action was cancelled before the host was asked again.' };
const verifyWithinMs = 60_000;

/** Makes happen what a script asked for, once it is journaled: commands, timers, waits, calls. Everything may be done again after a crash. */
export class StepEffects {
  private readonly outstanding: Outstanding;
  private readonly waits = new Map<string, SignalStep>();
  private readonly early: Signal[] = [];
  private readonly timers = new Set<() => void>();
  private stopped = false;

  constructor(private readonly document: ActionDocument, private readonly deps: RuntimeDeps, private readonly world: { answer: Answer; owned(): Promise<boolean> }) {
    this.outstanding = new Outstanding(deps.limits.unanswered);
  }

  /** True while hosts owe answers. */
  get busy(): boolean {
    return this.outstanding.size > 0;
  }

  /** @param lost how many attempts of an exec step are known to be lost */
  begin(step: StepRequest, lost = 0): void {
    const { clock } = this.deps;
    if (step.kind === 'exec') this.outstanding.add(this.commandAfter(step, lost));
    if (step.kind === 'timer') this.timer(step.dueAt ?? clock.now() + step.forMs, () => this.world.answer({ key: step.key, value: null }));
    if (step.kind === 'signal') this.wait(step);
    if (step.kind === 'call') this.call(step);
    if (step.kind === 'now') this.world.answer({ key: step.key, value: clock.now() });
    if (step.kind === 'random') this.world.answer({ key: step.key, value: fraction(this.deps.newToken()) });
  }

  /** A step that an earlier owner asked for: its command may be on its way, though this one has not sent it yet. */
  takeUp(step: StepRequest, lost: number): void {
    if (step.kind === 'exec') this.outstanding.add({ ...this.commandAfter(step, lost), inherited: true });
    else this.begin(step);
  }

  /** A step that was asked for, but must not begin any more. */
  turnDown(step: StepRequest, lost = 0): void {
    if (step.kind === 'exec') this.world.answer({ key: step.key, host: lost > 0 ? notTriedAgain : notStarted });
    else if (step.kind === 'call') this.world.answer({ key: step.key, error: 'The action was cancelled first.' });
    else this.begin(step);
  }

  /** An exec step that an earlier owner may have sent, of an action that is being cancelled: only its end is of interest. */
  beginCalledOff(step: ExecStep, lost: number): void {
    this.outstanding.isSent(this.commandAfter(step, lost), { now: this.deps.clock.now(), calledOff: true });
  }

  /** Commands that may be sent now, signed. */
  commands(grant: ActionDocument['grant']): BusRecord[] {
    const at = this.deps.clock.now();
    return this.outstanding.take(at).map((command) => runCommandRecord(this.document, command, { keyring: this.deps.keyring, grant, at }));
  }

  /** Commands of which nobody has spoken for too long: the same again. */
  silentCommands(grant: ActionDocument['grant']): BusRecord[] {
    const at = this.deps.clock.now();
    const { keyring, limits } = this.deps;
    return this.outstanding.silent(at, limits.silenceMs).map((command) => (command.calledOff ? this.cancellation(command) : runCommandRecord(this.document, command, { keyring, grant, at })));
  }

  /** Commands that nobody will answer any more. */
  overdueCommands(): string[] {
    return this.outstanding.overdue(this.deps.clock.now(), this.deps.limits.graceMs).map(({ command }) => command);
  }

  heard(commands: string[]): void {
    this.outstanding.heard(commands, this.deps.clock.now());
  }

  /**
   * What a command's result means for its step: what is to be journaled, and what is asked once it is. Undefined for a command that nobody waits for.
   * `final`: whatever it is, nothing is tried again.
   */
  settle(command: string, result: HostResult, { final }: { final: boolean }): { item: StepResult; next?: OutstandingCommand } | undefined {
    const found = this.outstanding.answered(command);
    if (!found) return undefined;
    const { key, attempt, step } = found;
    if (key === verifyKey(step.key)) return { item: { key: step.key, host: verified(result) } };
    if (result.outcome !== 'lost' || step.onLost === 'fail' || final) return { item: { key: step.key, host: result } };
    return { item: { key: attemptKey(step.key, attempt), host: result }, next: this.commandAfter(step, attempt) };
  }

  ask(command: OutstandingCommand): void {
    this.outstanding.add(command);
  }

  /** A journaled signal: the first wait that it fits is answered. A verdict may come before its wait; an approval answers only what was asked. */
  signalled(signal: Signal, asked: (key: string) => boolean = () => true): void {
    const wait = [...this.waits.values()].find((candidate) => fits(candidate, signal) && (signal.name === 'verdict' || asked(candidate.key)));
    if (wait) this.answerWait(wait, signal);
    else if (signal.name === 'verdict') this.early.push(signal);
  }

  /** Calls off everything: answers for commands that were never sent; cancellations for those that were. */
  callOff(): BusRecord[] {
    const { unsent, sent } = this.outstanding.callOff(this.deps.clock.now());
    for (const { step, key, attempt } of unsent) this.turnDown(step, key === step.key ? attempt - 1 : 1);
    return sent.map((command) => this.cancellation(command));
  }

  /** What was called off is told so again; what was begun since, to clean up, goes on. */
  callOffAgain(): BusRecord[] {
    return this.outstanding.calledOff().map((command) => this.cancellation(command));
  }

  /** Hosts whose commands have not been answered. */
  unanswered(): string[] {
    return this.outstanding.hosts();
  }

  timer(at: number, call: () => void): void {
    const stop = this.deps.clock.at(at, () => {
      this.timers.delete(stop);
      if (!this.stopped) call();
    });
    this.timers.add(stop);
  }

  stop(): void {
    this.stopped = true;
    for (const stop of this.timers) stop();
    this.timers.clear();
  }

  /** After so many lost attempts: the first one, one more, or the question whether it is done. */
  private commandAfter(step: ExecStep, lost: number): OutstandingCommand {
    if (lost > 0 && typeof step.onLost === 'object') {
      const key = verifyKey(step.key);
      return { command: commandId(this.document.id, key, 1), key, attempt: 1, step, text: step.onLost.verify, withinMs: verifyWithinMs };
    }
    const attempt = lost + 1;
    return { command: commandId(this.document.id, step.key, attempt), key: step.key, attempt, step, text: step.text, withinMs: step.withinMs };
  }

  private cancellation(command: SentCommand): BusRecord {
    return cancelCommandRecord(this.document, command, { keyring: this.deps.keyring, at: this.deps.clock.now() });
  }

  private wait(step: SignalStep): void {
    this.waits.set(step.key, step);
    const early = this.early.findIndex((signal) => fits(step, signal));
    if (early !== -1) return this.answerWait(step, this.early.splice(early, 1)[0]!);
    if (step.dueAt !== undefined) this.timer(step.dueAt, () => { if (this.waits.delete(step.key)) this.world.answer({ key: step.key, timedOut: true }); });
  }

  private answerWait({ key }: SignalStep, signal: Signal): void {
    this.waits.delete(key);
    this.world.answer({ key, value: JSON.parse(canonicalJson(signal)) as Json });
  }

  private call(step: Extract<StepRequest, { kind: 'call' }>): void {
    let answered = false;
    const once = (item: StepResult) => {
      if (answered || this.stopped) return;
      answered = true;
      this.world.answer(item);
    };
    this.timer(this.deps.clock.now() + step.withinMs, () => once({ key: step.key, timedOut: true }));
    this.deps.effects.perform(this.document, step, () => this.world.owned()).then(
      (value) => once({ key: step.key, value }),
      (error: unknown) => once({ key: step.key, error: error instanceof Error ? error.message : String(error) }),
    );
  }
}

function fits(step: SignalStep, signal: Signal): boolean {
  const payload = (signal.payload ?? {}) as Record<string, unknown>;
  return step.names.includes(signal.name) && Object.entries(step.match ?? {}).every(([key, value]) => canonicalJson(payload[key]) === canonicalJson(value));
}

function verified(result: HostResult): HostResult {
  if (succeeded(result)) return { outcome: 'exited', cause: 'exit', code: 0, detail: 'The connection was lost; the host was asked afterwards, and it is done.' };
  return { outcome: 'lost', cause: 'connection-lost', detail: 'The host was asked afterwards, and it is not done.' };
}

/** 0 ≤ x < 1 out of a token. */
function fraction(token: string): number {
  return createHash('sha256').update(token).digest().readUIntBE(0, 6) / 2 ** 48;
}

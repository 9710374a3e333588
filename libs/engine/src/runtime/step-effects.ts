import { createHash } from 'node:crypto';
import { type ActionDocument, canonicalJson, type ExecStep, type HostResult, type Note, type Signal, type SignalStep, type StepRequest, type StepResult, succeeded } from '@edge/contracts';
import type { BusRecord } from '@edge/ports';
import { attemptKey, verifyKey } from '../journal/attempt-key.js';
import { commandId } from '../journal/command-id.js';
import { cancelCommandRecord, runCommandRecord } from './command-messages.js';
import { Outstanding, type OutstandingCommand } from './outstanding.js';
import type { RuntimeDeps } from './runtime-deps.js';

/** What came back from the world for a step, to be journaled before the script hears of it. */
export type Answer = (item: StepResult) => void;

/** Makes happen what a script asked for, once it is journaled: commands, timers, waits, calls. Everything may be done again after a crash. */
export class StepEffects {
  private readonly outstanding: Outstanding;
  private readonly waits = new Map<string, SignalStep>();
  private readonly unused: Signal[] = [];
  private readonly timers = new Set<() => void>();
  private stopped = false;

  constructor(private readonly document: ActionDocument, private readonly deps: RuntimeDeps, private readonly answer: Answer) {
    this.outstanding = new Outstanding(deps.limits.unanswered);
  }

  /** @param attempt of an exec step; further ones after a `lost` */
  begin(step: StepRequest, attempt = 1): void {
    const { clock } = this.deps;
    if (step.kind === 'exec') this.outstanding.add(this.commandOf(step, attempt));
    if (step.kind === 'timer') this.timer(step.dueAt ?? clock.now() + step.forMs, () => this.answer({ key: step.key, value: null }));
    if (step.kind === 'signal') this.wait(step);
    if (step.kind === 'call') this.call(step);
    if (step.kind === 'now') this.answer({ key: step.key, value: clock.now() });
    if (step.kind === 'random') this.answer({ key: step.key, value: fraction(this.deps.newToken()) });
    if (step.kind === 'note') this.note(step.note);
  }

  /** Commands that may be sent now, signed. */
  commands(grant: ActionDocument['grant']): BusRecord[] {
    const at = this.deps.clock.now();
    return this.outstanding.take(at).map((command) => runCommandRecord(this.document, command, { keyring: this.deps.keyring, grant, at }));
  }

  /** Commands of which nobody has spoken for too long: the same again. */
  silentCommands(grant: ActionDocument['grant']): BusRecord[] {
    const at = this.deps.clock.now();
    return this.outstanding.silent(at, this.deps.limits.silenceMs).map((command) => runCommandRecord(this.document, command, { keyring: this.deps.keyring, grant, at }));
  }

  heard(commands: string[]): void {
    this.outstanding.heard(commands, this.deps.clock.now());
  }

  /**
   * What a command's result means for its step: what is to be journaled, and, once it is, what is asked next.
   * Undefined for a command that nobody waits for.
   */
  settle(command: string, result: HostResult): { item: StepResult; next?: OutstandingCommand } | undefined {
    const found = this.outstanding.answered(command);
    if (!found) return undefined;
    const { key, attempt, step } = found;
    if (key === verifyKey(step.key)) return { item: { key: step.key, host: verified(result) } };
    if (result.outcome !== 'lost' || step.onLost === 'fail') return { item: { key, host: result } };
    if (step.onLost === 'retry') return { item: { key: attemptKey(step.key, attempt), host: result }, next: this.commandOf(step, attempt + 1) };
    return { item: { key: attemptKey(step.key, attempt), host: result }, next: this.verification(step, step.onLost.verify) };
  }

  ask(command: OutstandingCommand): void {
    this.outstanding.add(command);
  }

  /** The command that asks the host whether a lost step is done. */
  verification(step: ExecStep, text: string): OutstandingCommand {
    const key = verifyKey(step.key);
    return { command: commandId(this.document.id, key, 1), key, attempt: 1, step, text, withinMs: 60_000 };
  }

  /** A journaled signal: the first wait that it fits is answered; without one it is kept for a later wait. */
  signalled(signal: Signal): void {
    const wait = [...this.waits.values()].find((candidate) => fits(candidate, signal));
    if (!wait) return void this.unused.push(signal);
    this.waits.delete(wait.key);
    this.answer({ key: wait.key, value: asJson(signal) });
  }

  finishedWait(key: string): void {
    this.waits.delete(key);
  }

  /** Calls off everything: answers for commands that were never sent, cancellations for those that were. */
  cancel(): BusRecord[] {
    const { unsent, sent } = this.outstanding.callOff();
    for (const { key } of unsent) this.answer({ key, host: { outcome: 'not-started', cause: 'never-sent', detail: 'The action was cancelled first.' } });
    const at = this.deps.clock.now();
    return sent.map((command) => cancelCommandRecord(this.document, command, { keyring: this.deps.keyring, at }));
  }

  /** Hosts whose commands have not been answered. */
  unanswered(): string[] {
    const { unsent, sent } = this.outstanding.callOff();
    return [...new Set([...unsent, ...sent].map((command) => command.step.host))];
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

  private commandOf(step: ExecStep, attempt: number): OutstandingCommand {
    return { command: commandId(this.document.id, step.key, attempt), key: step.key, attempt, step, text: step.text, withinMs: step.withinMs };
  }

  private wait(step: SignalStep): void {
    const early = this.unused.findIndex((signal) => fits(step, signal));
    if (early !== -1) return this.answer({ key: step.key, value: asJson(this.unused.splice(early, 1)[0]!) });
    this.waits.set(step.key, step);
    if (step.dueAt !== undefined) this.timer(step.dueAt, () => this.waits.delete(step.key) && this.answer({ key: step.key, timedOut: true }));
  }

  private call(step: Extract<StepRequest, { kind: 'call' }>): void {
    let answered = false;
    const once = (item: StepResult) => {
      if (answered || this.stopped) return;
      answered = true;
      this.answer(item);
    };
    this.timer(this.deps.clock.now() + step.withinMs, () => once({ key: step.key, timedOut: true }));
    this.deps.effects.perform(this.document, step).then(
      (value) => once({ key: step.key, value }),
      (error: unknown) => once({ key: step.key, error: error instanceof Error ? error.message : String(error) }),
    );
  }

  private note(note: Note): void {
    if (note.event !== 'version-live') return;
    const { space, project, id } = this.document;
    const live = { space, project, host: note.host, version: note.version, action: id, at: new Date(this.deps.clock.now()).toISOString() };
    this.deps.documents.write([{ collection: 'versions', id: `${space}/${project}/${note.host}`, document: live }]).catch((error: unknown) => this.deps.note({ action: id, host: note.host, error: String(error) }, 'the live version could not be stored'));
  }
}

function fits(step: SignalStep, signal: Signal): boolean {
  const payload = (signal.payload ?? {}) as Record<string, unknown>;
  return step.names.includes(signal.name) && Object.entries(step.match ?? {}).every(([key, value]) => canonicalJson(payload[key]) === canonicalJson(value));
}

function asJson(signal: Signal) {
  return JSON.parse(canonicalJson(signal)) as null;
}

function verified(result: HostResult): HostResult {
  if (succeeded(result)) return { outcome: 'exited', cause: 'exit', code: 0, detail: 'The connection was lost; the host was asked afterwards, and it is done.' };
  return { outcome: 'lost', cause: 'connection-lost', detail: 'The host was asked afterwards, and it is not done.' };
}

/** 0 ≤ x < 1 out of a token. */
function fraction(token: string): number {
  return createHash('sha256').update(token).digest().readUIntBE(0, 6) / 2 ** 48;
}

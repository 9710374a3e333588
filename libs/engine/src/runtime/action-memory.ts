import type { ActionStatus, JournalRecord, Signal, Signed, StepRequest } from '@edge/contracts';
import { attemptKey } from '../journal/attempt-key.js';

/** What an owner knows of its action by heart: folded from the journal, record by record. */
export class ActionMemory {
  /** Last status that is none of `paused` and `blocked`: where resuming leads. */
  base: ActionStatus = 'accepted';
  hasStarted = false;
  queuedAt: number | undefined;
  countdownEnds = 0;
  cleanUpEnds = 0;
  results = 0;
  /** The last thing journaled, if it is a signal: whether it was acted upon is not known. */
  lastSignal: Signal | undefined;
  private readonly known = new Map<string, { step: StepRequest; seq: number }>();
  private readonly finished = new Set<string>();
  private readonly signalIds = new Set<string>();
  private readonly answers: { signal: Signal; seq: number }[] = [];
  private readonly usedSignals = new Set<string>();
  private beforeCancel: ReadonlySet<string> | undefined;

  constructor(public grant: Signed) {}

  add(record: JournalRecord): void {
    if (record.type !== 'claim') this.lastSignal = record.type === 'signal' ? record.signal : undefined;
    if (record.type === 'schedule') for (const step of record.steps) this.known.set(step.key, { step, seq: record.seq });
    if (record.type === 'result') for (const item of record.items) this.result(item.key, 'value' in item ? item.value : undefined);
    if (record.type === 'signal') this.signal(record.signal, record.seq);
    if (record.type === 'status') this.status(record);
  }

  /** The first result of a step counts; nobody asked for unknown keys. */
  isNews(key: string): boolean {
    const at = key.indexOf('@');
    return !this.finished.has(key) && this.known.has(at === -1 ? key : key.slice(0, at)) && !(at !== -1 && this.finished.has(key.slice(0, at)));
  }

  hasSignal(id: string): boolean {
    return this.signalIds.has(id);
  }

  /** What the world still owes an answer for. */
  unfinished(): StepRequest[] {
    return [...this.known.values()].map(({ step }) => step).filter((step) => step.kind !== 'note' && !this.finished.has(step.key));
  }

  /** Answers that no wait was given: a crash may have come between their record and the result that hands them over. `asked`: the wait was there before. */
  unusedAnswers(): { signal: Signal; asked: (key: string) => boolean }[] {
    return this.answers.filter(({ signal }) => !this.usedSignals.has(signal.id)).map(({ signal, seq }) => ({ signal, asked: (key) => (this.known.get(key)?.seq ?? Infinity) < seq }));
  }

  /** Attempts of a step that are known to be lost. */
  lostAttempts(key: string): number {
    let lost = 0;
    while (this.finished.has(attemptKey(key, lost + 1))) lost += 1;
    return lost;
  }

  /** True for what was journaled before the cancellation: it may be on its way. */
  mayBeOnItsWay(key: string): boolean {
    return this.beforeCancel === undefined || this.beforeCancel.has(key);
  }

  private result(key: string, value: unknown): void {
    this.results += 1;
    this.finished.add(key);
    const id = (value as { id?: unknown } | null | undefined)?.id;
    if (typeof id === 'string') this.usedSignals.add(id);
  }

  private signal(signal: Signal, seq: number): void {
    this.signalIds.add(signal.id);
    if (['verdict', 'approve', 'reject'].includes(signal.name) && this.hasStarted) this.answers.push({ signal, seq });
    const renewed = (signal.payload as { grant?: Signed } | undefined)?.grant;
    if (signal.name === 'renew' && renewed) this.grant = renewed;
  }

  private status({ to, at, dueAt }: { to: ActionStatus; at: number; dueAt?: number }): void {
    if (to !== 'paused' && to !== 'blocked') this.base = to;
    if (to === 'running') this.hasStarted = true;
    if (to === 'queued') this.queuedAt ??= at;
    if (to === 'counting-down' && dueAt !== undefined) this.countdownEnds = dueAt;
    if (to !== 'cancelling') return;
    this.cleanUpEnds = dueAt ?? at;
    this.beforeCancel = new Set(this.known.keys());
  }
}

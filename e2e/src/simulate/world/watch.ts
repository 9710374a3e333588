import type { ActionDocument, CallStep, Json, JournalRecord } from '@edge/contracts';
import type { DeliveredRecord, Write } from '@edge/ports';
import { nameOf, type Rule } from '../checks/rules.js';
import type { SimulatedWorld } from './simulated-world.js';
import type { Job } from './virtual-hosts.js';

/** `rule`: with the invariants that it watches. */
export interface Violation { rule: string; detail: string }

/** Looks at the world while it moves: what must hold at every moment. */
export class Watch {
  readonly violations: Violation[] = [];
  /** Signals that a gateway took, by id. */
  readonly signals = new Map<string, { action: string; at: number }>();
  /** Action, step and attempt → the command that was it. */
  private readonly commands = new Map<string, string>();
  readonly launches: { job: Job; at: number; seq: number }[] = [];

  constructor(private readonly world: SimulatedWorld) {}

  violated(broken: Rule, detail: string): void {
    const rule = nameOf(broken);
    if (this.violations.some((known) => known.rule === rule)) return;
    this.violations.push({ rule, detail });
    this.world.story.tell('CHECKER', `VIOLATION: ${rule}`, { detail });
  }

  wrote(writer: string, record: JournalRecord): void {
    this.world.story.tell(writer, `#${record.seq} ${record.type}`, { action: record.action.slice(-6), ...brief(record) });
    if (record.type !== 'claim' && record.seq > 0 && this.world.journal.readNow(record.action).some((other) => other.type === 'end' && other.seq < record.seq)) this.violated('nothing after the end', `${record.type} at ${record.seq} of ${record.action}`);
  }

  /** When an action is shown as ended, others have its locks already. */
  stored({ collection, document }: Write): void {
    const action = document as ActionDocument | null;
    if (collection !== 'actions' || !action?.projection.ended) return;
    if (this.world.holders().has(action.id)) this.violated('locks are freed', `${action.id} has ended and still holds its locks.`);
  }

  /** A command begins on a host: only what was journaled before, only with the locks held, at most once. */
  launched(job: Job): void {
    const { action, key, host, attempt } = job.payload;
    if (job.id.startsWith('forged')) this.violated('forged moves nothing', `"${job.payload.text}" ran on ${host.name}`);
    const records = this.world.journal.readNow(action);
    this.launches.push({ job, at: this.world.scheduler.now, seq: records.length });
    const command = `${action} ${key} ${attempt}`;
    if ((this.commands.get(command) ?? job.id) !== job.id) this.violated('a command runs once', `attempt ${attempt} of ${key} of ${action} ran under two ids on ${host.name}.`);
    this.commands.set(command, job.id);
    const own = key.replace(/@(\d+|verify)$/, '');
    const step = records.flatMap((record) => (record.type === 'schedule' ? record.steps : [])).find((candidate) => candidate.key === own);
    if (!step || step.kind !== 'exec') this.violated('effect after its record', `${key} of ${action} ran on ${host.name} and is not in the journal.`);
    else if (!key.endsWith('@verify') && step.text !== job.payload.text) this.violated('runs what is journaled', `${key} ran "${job.payload.text}", the journal has "${step.text}".`);
    if (attempt > 1 && !records.some((record) => record.type === 'result' && record.items.some((item) => item.key === `${own}@${attempt - 1}`))) this.violated('attempts are journaled', `Attempt ${attempt} of ${key} ran, but the one before has no lost result.`);
    if (attempt > 1 && step?.kind === 'exec' && step.onLost !== 'retry') this.violated('lost is final by default', `${key} of ${action} was tried again.`);
    if (job.executions > 1) this.violated('a command runs once', `${key} of ${action} ran ${job.executions} times on ${host.name}.`);
    const holders = this.world.holders();
    if (records.at(-1)?.type !== 'end' && !holders.has(action)) this.violated('locks are held', `${key} of ${action} ran on ${host.name}, but the lock table does not name the action.`);
  }

  performed(action: ActionDocument, call: CallStep): Json {
    const known = this.world.journal.readNow(action.id).some((record) => record.type === 'schedule' && record.steps.some(({ key }) => key === call.key));
    if (!known) this.violated('effect after its record', `Call ${call.key} of ${action.id} was made and is not in the journal.`);
    return { status: 200, body: 'ok' };
  }

  deadLetter(record: DeliveredRecord, cause: string): void {
    this.violated('no dead letters', `${record.headers.ce_type}: ${cause}`);
  }
}

function brief(record: JournalRecord): object {
  if (record.type === 'status') return { to: record.to, reason: record.reason };
  if (record.type === 'schedule') return { steps: record.steps.map((step) => (step.kind === 'note' ? `${step.note.event}${'host' in step.note ? ` ${step.note.host}` : ''}` : step.key)) };
  if (record.type === 'result') return { items: record.items.map((item) => `${item.key}=${'host' in item ? `${item.host.outcome}${item.host.code === undefined ? '' : `:${item.host.code}`}` : 'error' in item ? 'error' : 'timedOut' in item ? 'timed out' : 'value'}`) };
  if (record.type === 'signal') return { signal: record.signal.name, by: record.signal.by };
  if (record.type === 'end') return { status: record.status, reason: record.summary.reason };
  return { owner: record.owner };
}

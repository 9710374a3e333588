import type { HostResult } from '@edge/contracts';
import type { RunCommandPayload } from '@edge/contracts/messages';
import type { Dice, Scheduler } from '@edge/testing/world';
import type { Story } from './story.js';

/** One command as a host knows it: launched once, whatever comes again. */
export interface Job { id: string; payload: RunCommandPayload; launchedAt: number; endsAt: number; truth: 'done' | 'not-done'; result?: HostResult; cancelled?: boolean; executions: number }

const ended = (result: HostResult): HostResult => result;

/** Hosts with launch-or-attach: what they know of a command survives every program. */
export class VirtualHosts {
  readonly jobs = new Map<string, Job>();
  /** Commands that were told to stop before they came. */
  private readonly refused = new Set<string>();
  /** The control run: hosts that forget what they ran. */
  forgetful = false;
  onLaunch: (job: Job) => void = () => undefined;

  constructor(private readonly scheduler: Scheduler, private readonly dice: Dice, private readonly story: Story, private readonly odds: { fail: number; lose: number }) {}

  /** Launches or attaches; `done` is called with the result, now or later. */
  launch(payload: RunCommandPayload, done: (result: HostResult) => void): void {
    const known = this.jobs.get(payload.command);
    if (this.refused.has(payload.command) && !known) return done({ outcome: 'cancelled', cause: 'cancelled', detail: 'It was cancelled before it came.' });
    if (known && !this.forgetful) return known.result ? done(known.result) : this.attach(known, done);
    const job = this.begin(payload, known);
    this.attach(job, done);
  }

  /** Ends the process, or marks the command so that it never begins. */
  cancel(command: string, done: (result: HostResult) => void): void {
    const job = this.jobs.get(command);
    if (!job) this.refused.add(command);
    else if (!job.result) this.finish(job, this.dice.chance(0.1) ? { outcome: 'cancelled', cause: 'cancel-unconfirmed' } : { outcome: 'cancelled', cause: 'cancelled' });
    done(job?.result ?? { outcome: 'cancelled', cause: 'cancelled' });
  }

  private begin(payload: RunCommandPayload, known: Job | undefined): Job {
    const { dice, scheduler } = this;
    const lost = dice.chance(this.odds.lose);
    const failed = dice.chance(this.odds.fail);
    const truth = failed || (lost && dice.chance(0.5)) ? 'not-done' : 'done';
    const job: Job = known ?? { id: payload.command, payload, launchedAt: scheduler.now, endsAt: scheduler.now + dice.between(1, 40_000), truth, executions: 0 };
    job.executions += 1;
    this.jobs.set(job.id, job);
    this.story.tell(payload.host.name, 'runs', { step: payload.step, key: payload.key, attempt: payload.attempt, command: job.id.slice(0, 8), truth });
    this.onLaunch(job);
    const result: HostResult = lost ? { outcome: 'lost', cause: 'connection-lost' } : failed ? { outcome: 'exited', cause: 'exit', code: 1 } : { outcome: 'exited', cause: 'exit', code: 0 };
    scheduler.at(job.endsAt, () => { if (!job.result) this.finish(job, ended(this.verified(job) ?? result)); });
    return job;
  }

  /** A command that asks whether a lost one was done tells the truth. */
  private verified({ payload }: Job): HostResult | undefined {
    if (!payload.key.endsWith('@verify')) return undefined;
    const asked = [...this.jobs.values()].filter((job) => job.payload.action === payload.action && job.payload.key === payload.key.slice(0, -'@verify'.length));
    return { outcome: 'exited', cause: 'exit', code: asked.some(({ truth }) => truth === 'done') ? 0 : 1 };
  }

  private readonly waiting = new Map<string, ((result: HostResult) => void)[]>();

  private attach(job: Job, done: (result: HostResult) => void): void {
    this.waiting.set(job.id, [...(this.waiting.get(job.id) ?? []), done]);
  }

  private finish(job: Job, result: HostResult): void {
    job.result = result;
    this.story.tell(job.payload.host.name, 'ended', { command: job.id.slice(0, 8), outcome: result.outcome, code: result.code });
    for (const done of this.waiting.get(job.id) ?? []) done(result);
    this.waiting.delete(job.id);
  }
}

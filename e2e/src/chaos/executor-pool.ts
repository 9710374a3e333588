import { type ChildProcess, fork } from 'node:child_process';
import type { SshEnd, SshTask } from './ssh-executor.js';
import type { Dice } from './dice.js';

interface Executor { child: ChildProcess; tasks: Map<string, SshTask> }

/** Executor processes that share the work; what a killed one had is given to another, under the same id. */
export class ExecutorPool {
  private readonly executors: Executor[] = [];
  private stopped = false;

  constructor(private readonly keyFile: string, private readonly onEnd: (end: SshEnd) => void, private readonly throwDice: Dice) {}

  async start(count: number): Promise<this> {
    while (this.executors.length < count) this.executors.push(await this.open());
    return this;
  }

  give(task: SshTask): void {
    const executor = this.executors[Math.floor(this.throwDice() * this.executors.length)]!;
    executor.tasks.set(task.id, task);
    executor.child.send(task, () => undefined); // one that dies just now keeps it among its tasks, for the next
  }

  /** Kills one in the middle of its work; another process takes its place first. */
  async killOne(): Promise<void> {
    const index = Math.floor(this.throwDice() * this.executors.length);
    const [dying, fresh] = [this.executors[index]!, await this.open()];
    const gone = new Promise((resolve) => dying.child.once('exit', resolve));
    dying.child.removeAllListeners('message');
    dying.child.kill('SIGKILL');
    await gone;
    this.executors[index] = fresh;
    for (const task of dying.tasks.values()) this.give(task);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.executors.map(({ child }) => new Promise((resolve) => { child.once('exit', resolve); child.kill('SIGTERM'); })));
  }

  private async open(): Promise<Executor> {
    const executor: Executor = { child: fork(process.argv[1]!, ['--ssh', '--executor', this.keyFile]), tasks: new Map() };
    await new Promise((ready) => executor.child.once('message', ready));
    executor.child.on('message', (end: SshEnd) => this.ended(executor, end));
    return executor;
  }

  /** Where nothing was started, whoever asked asks again. */
  private ended(executor: Executor, end: SshEnd): void {
    const task = executor.tasks.get(end.id);
    executor.tasks.delete(end.id);
    if (task && end.result.outcome === 'not-started' && !this.stopped) return this.give(task);
    this.onEnd(end);
  }
}

/** `working`: it takes commands. `draining`: it takes none and has some in hand. `drained`: nothing is in hand any more. */
export type ExecutorWork = 'working' | 'draining' | 'drained';

/** What an executor tells of itself. `executor`: its name, of this one process. */
export interface ExecutorReport { executor: string; state: ExecutorWork; running: number }

/** Hears every executor again and again, and answers what people want of it. */
export abstract class ExecutorWatch {
  /** `drain`: it shall finish what it has and take no more. */
  abstract heard(report: ExecutorReport): Promise<{ drain: boolean }>;
}

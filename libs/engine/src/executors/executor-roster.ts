import { errors } from '@edge/contracts';
import { type Clock, type Documents, type ExecutorReport, ExecutorWatch, type Versioned, type Write } from '@edge/ports';

/** An executor as people see it: its last report. */
export interface ExecutorState extends ExecutorReport { heard_at: string }

/** Collection `executors`, id = the executor's name. `drain`: somebody wants it to take no more. */
interface StoredExecutor extends ExecutorReport { at: string; drain: boolean }

/** One that has not been heard of for so long is gone. */
const forgottenAfterMs = 60_000;
const atMost = 1000;

/** The executors that there are, and which of them shall drain: in the store, so that it is the same whichever gateway is asked. */
export class ExecutorRoster extends ExecutorWatch {
  constructor(private readonly documents: Documents, private readonly clock: Clock) {
    super();
  }

  override async heard(report: ExecutorReport): Promise<{ drain: boolean }> {
    for (;;) {
      const stored = await this.find(report.executor);
      const document: StoredExecutor = { ...report, at: this.at(0), drain: stored?.document.drain ?? false };
      if (!(await this.put(document, stored?.version ?? 0))) return { drain: document.drain };
    }
  }

  async list(): Promise<ExecutorState[]> {
    const found = await this.documents.find<StoredExecutor>('executors', { where: { at: { from: this.at(-forgottenAfterMs) } }, limit: atMost });
    return found.map(({ document }) => shown(document));
  }

  /** It hears of it with its next report. @throws EdgeError `not-found`: there is no such executor, or no longer */
  async drain(executor: string): Promise<ExecutorState> {
    for (;;) {
      const stored = await this.find(executor);
      if (!stored || stored.document.at < this.at(-forgottenAfterMs)) throw errors.notFound(`executor ${executor}`);
      const document = { ...stored.document, drain: true };
      if (!(await this.put(document, stored.version))) return shown(document);
    }
  }

  private find(executor: string): Promise<Versioned<StoredExecutor> | undefined> {
    return this.documents.get<StoredExecutor>('executors', executor);
  }

  private put(document: StoredExecutor, ifVersion: number): Promise<Write | undefined> {
    return this.documents.write([{ collection: 'executors', id: document.executor, document, ifVersion }]);
  }

  private at(sinceNowMs: number): string {
    return new Date(this.clock.now() + sinceNowMs).toISOString();
  }
}

function shown({ executor, state, running, at, drain }: StoredExecutor): ExecutorState {
  return { executor, state: drain && state === 'working' ? 'draining' : state, running, heard_at: at };
}

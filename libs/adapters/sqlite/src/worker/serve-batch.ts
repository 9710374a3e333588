import type { DatabaseSync } from 'node:sqlite';
import type { Answer, Call } from '../protocol.js';
import { failureOf, StoreFailure } from './failures.js';
import type { Operations } from './operations.js';

/**
 * Answers everything that was waiting. What writes shares one transaction, in order: either all of it is durable before any of its answers leaves, or every
 * writing call of the batch is told the failure. A call that fails by itself, with the file in order, undoes only its own work.
 */
export class BatchServer {
  readonly stats = { calls: 0, commits: 0, largestBatch: 0 };
  private readonly database: DatabaseSync;
  private readonly operations: Operations;
  private readonly file: string;
  private readonly undone: () => void;

  /** `undone` is told when work of a transaction was taken back. */
  constructor({ database, operations, file, undone }: { database: DatabaseSync; operations: Operations; file: string; undone: () => void }) {
    this.database = database;
    this.operations = operations;
    this.file = file;
    this.undone = undone;
  }

  /** Who reads does not wait until what others write is durable: it is answered first, from what is stored. */
  serve(calls: Call[], answer: (answers: Answer[]) => void): void {
    this.stats.calls += calls.length;
    const [writing, reading] = [calls.filter((call) => this.isWriting(call)), calls.filter((call) => !this.isWriting(call))];
    if (reading.length > 0) answer(reading.map((call) => this.single(call)));
    if (writing.length > 0) answer(this.written(writing));
  }

  /** Hardly ever does a call fail by itself: only then are they told apart, by savepoints. */
  private written(calls: Call[]): Answer[] {
    try {
      return this.together(calls, (call) => ({ id: call.id, value: this.run(call) }));
    } catch (error) {
      this.rollBack();
      return calls.length > 1 && !this.isOfTheFile(error) ? this.apart(calls) : this.failed(calls, error);
    }
  }

  private apart(calls: Call[]): Answer[] {
    try {
      return this.together(calls, (call) => this.guarded(call));
    } catch (error) {
      this.rollBack();
      return this.failed(calls, error);
    }
  }

  private failed(calls: Call[], error: unknown): Answer[] {
    const failure = failureOf(error, this.file);
    return calls.map((call) => ({ id: call.id, failure }));
  }

  private together(calls: Call[], carryOut: (call: Call) => Answer): Answer[] {
    this.database.exec('BEGIN IMMEDIATE');
    const answers = calls.map(carryOut);
    this.database.exec('COMMIT');
    this.stats.commits += 1;
    this.stats.largestBatch = Math.max(this.stats.largestBatch, calls.length);
    return answers;
  }

  private isWriting(call: Call): boolean {
    return this.operations[call.name]?.writes === true;
  }

  private guarded(call: Call): Answer {
    this.database.exec('SAVEPOINT call');
    try {
      const value = this.run(call);
      this.database.exec('RELEASE call');
      return { id: call.id, value };
    } catch (error) {
      if (this.isOfTheFile(error) || !this.database.isTransaction) throw error;
      this.database.exec('ROLLBACK TO call; RELEASE call');
      this.undone();
      return { id: call.id, failure: failureOf(error, this.file) };
    }
  }

  private isOfTheFile(error: unknown): boolean {
    return !(error instanceof StoreFailure) && failureOf(error, this.file).kind !== 'internal';
  }

  private single(call: Call): Answer {
    try {
      return { id: call.id, value: this.run(call) };
    } catch (error) {
      return { id: call.id, failure: failureOf(error, this.file) };
    }
  }

  private run(call: Call): unknown {
    const operation = this.operations[call.name];
    if (!operation) throw new StoreFailure({ kind: 'internal', detail: `There is no operation ${call.name}.` });
    return operation.run(call.args as never);
  }

  private rollBack(): void {
    if (this.database.isTransaction) this.database.exec('ROLLBACK');
    this.undone();
  }
}

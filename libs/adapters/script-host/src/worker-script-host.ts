import { availableParallelism } from 'node:os';
import { type Finding, errors, type JsonObject, type KnownPool, type Rehearsal } from '@edge/contracts';
import { type ScriptBundle, type ScriptDescription, ScriptHost, type ScriptInput, type ScriptRun, type Wants } from '@edge/ports';
import { ChecksTogether } from './checks-together.js';
import type { Ask } from './protocol.js';
import { ScriptError, ScriptThread } from './script-thread.js';
import { WorkerRun } from './worker-run.js';

export interface WorkerScriptHostOptions {
  /** Threads that all runs share; default: as many as processors, at most 4. */
  threads?: number;
  /** Default 10 s. */
  turnMs?: number;
  /** Default 256 MB per thread. */
  memoryMb?: number;
}

/**
 * Runs scripts in a few threads that they share: a waiting action costs no thread. Questions (`describe`, `check`, `rehearse`) have a thread of their own,
 * so that a script at fault there cannot hold up a run.
 */
export class WorkerScriptHost extends ScriptHost {
  private readonly threads: { thread: ScriptThread; runs: number }[];
  private readonly questions: ScriptThread;
  private readonly checks = new ChecksTogether((bundle, take) => this.question(bundle, () => ({ ask: 'check', sha: bundle.sha, checks: take() })));
  private runs = 0;

  constructor({ threads = Math.min(4, availableParallelism()), turnMs = 10_000, memoryMb = 256 }: WorkerScriptHostOptions = {}) {
    super();
    this.questions = new ScriptThread({ turnMs, memoryMb });
    this.threads = Array.from({ length: threads }, () => ({ thread: new ScriptThread({ turnMs, memoryMb }), runs: 0 }));
  }

  async describe(bundle: ScriptBundle): Promise<ScriptDescription> {
    const description = await this.question<ScriptDescription>(bundle, () => ({ ask: 'describe', sha: bundle.sha }));
    if (description.name === bundle.name) return description;
    throw errors.invalidField('/script', `${bundle.file} defines script "${description.name}".`, `Give file and script the same name: "${bundle.name}".`);
  }

  check(bundle: ScriptBundle, type: string, config: JsonObject): Promise<Finding[]> {
    return this.checks.add(bundle, { type, config });
  }

  run(bundle: ScriptBundle, input: ScriptInput): ScriptRun {
    const lane = this.threads.reduce((least, each) => (each.runs < least.runs ? each : least));
    lane.runs += 1;
    let counted = true;
    const forget = () => {
      if (counted) lane.runs -= 1;
      counted = false;
    };
    return new WorkerRun(lane.thread, { id: String(++this.runs), bundle, input, forget });
  }

  rehearse(bundle: ScriptBundle, input: ScriptInput, known: readonly KnownPool[]): Promise<Rehearsal | Wants | undefined> {
    return this.questions.exclusive(async () => {
      try {
        await this.questions.load(bundle);
        const played = await this.questions.ask<string | null>({ ask: 'rehearse', run: `rehearsal-${++this.runs}`, sha: bundle.sha, input, known });
        return played === null ? undefined : (JSON.parse(played) as Rehearsal | Wants);
      } catch (error) {
        if (!(error instanceof ScriptError)) throw error;
        return { zones: [], texts: [], warnings: [], findings: [findingOf(error)] };
      }
    });
  }

  async close(): Promise<void> {
    await Promise.all([this.questions, ...this.threads.map(({ thread }) => thread)].map((thread) => thread.close()));
  }

  private question<T>(bundle: ScriptBundle, ask: () => Ask): Promise<T> {
    return this.questions.exclusive(async () => {
      try {
        await this.questions.load(bundle);
        return await this.questions.ask<T>(ask());
      } catch (error) {
        if (!(error instanceof ScriptError)) throw error;
        throw errors.invalid(`Script ${bundle.name} cannot be loaded: ${error.message}`, [findingOf(error)]);
      }
    });
  }
}

function findingOf({ message, place }: ScriptError): Finding {
  return { pointer: '/script', detail: message, ...(place.file ? { remedy: `Look at ${place.file}:${place.line}.` } : {}), level: 'error' };
}

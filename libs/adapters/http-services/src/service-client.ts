import { setTimeout as sleep } from 'node:timers/promises';
import { EdgeError, errors, errorTable, type Problem } from '@edge/contracts';
import { Circuit, type CircuitOptions } from './circuit.js';

export interface ServiceOptions {
  /** As people call it and as its setting is named: `acl` → `EDGE_ACL_URL`. */
  name: string;
  url: string;
  /** `EDGE_SERVICE_TOKEN` */
  token: string;
  /** One try; default 5 s. */
  withinMs?: number;
  /** Default 3. */
  tries?: number;
  /** Pause before the second try, doubled before each further one; default 100 ms. */
  pauseMs?: number;
  /** Default: 5 failures in a row, 2 s of rest. */
  circuit?: CircuitOptions;
}

const healthWithinMs = 2_000;

/**
 * Asks another service of the cluster. An answer, refusals included, is passed on; silence, time-outs and failures are tried again a few times, then
 * EdgeError `unavailable`: who asks for a permission and gets no answer does not have it.
 */
export class ServiceClient {
  private readonly circuit: Circuit;
  private readonly options: Required<ServiceOptions>;

  constructor(options: ServiceOptions) {
    this.options = { withinMs: 5_000, tries: 3, pauseMs: 100, circuit: { failures: 5, restMs: 2_000 }, ...options };
    this.circuit = new Circuit(this.options.circuit);
  }

  /** `POST /service/v1/<path>`; questions must be safe to repeat. @throws EdgeError: the service's own, or `unavailable` */
  async ask<T>(path: string, question: object): Promise<T> {
    const { tries, pauseMs } = this.options;
    for (let attempt = 1; ; attempt++) {
      if (!this.circuit.admits(Date.now())) throw errors.unavailable(this.rest());
      const asked = await this.once<T>(path, question);
      if ('answer' in asked) return asked.answer;
      if (attempt >= tries) throw errors.unavailable(asked.why);
      await sleep(pauseMs * 2 ** (attempt - 1));
    }
  }

  /** Whether it lives and is asked, for the readiness of who depends on it. */
  async health(): Promise<{ ok: boolean; detail: string }> {
    if (this.circuit.rests(Date.now())) return { ok: false, detail: this.rest() };
    try {
      const { ok, status } = await fetch(new URL('/livez', this.options.url), { signal: AbortSignal.timeout(healthWithinMs) });
      return { ok, detail: ok ? `${this.options.name} answers` : `${this.options.name} answers ${status}` };
    } catch (error) {
      return { ok: false, detail: this.silence(error) };
    }
  }

  private async once<T>(path: string, question: object): Promise<{ answer: T } | { why: string }> {
    try {
      const response = await fetch(new URL(`/service/v1/${path}`, this.options.url), {
        method: 'POST', headers: { 'content-type': 'application/json', 'x-edge-service-token': this.options.token }, body: JSON.stringify(question), signal: AbortSignal.timeout(this.options.withinMs), redirect: 'manual',
      });
      return this.understood<T>(response.status, await response.text());
    } catch (error) {
      if (error instanceof EdgeError) throw error;
      this.circuit.silent(Date.now());
      return { why: this.silence(error) };
    }
  }

  private understood<T>(status: number, text: string): { answer: T } | { why: string } {
    const said = parsed(text);
    if (status === 200 && said !== undefined) {
      this.circuit.answered();
      return { answer: (said as { answer: T }).answer };
    }
    const problem = said as Partial<Problem> | undefined;
    const known = problem?.code !== undefined && problem.code in errorTable;
    if (status === 401) throw errors.unavailable(`The ${this.options.name} service does not know this one: EDGE_SERVICE_TOKEN differs.`, 30);
    if (known && status < 500) {
      this.circuit.answered();
      throw new EdgeError(problem.code!, problem.detail ?? '', problem.errors ?? []);
    }
    this.circuit.silent(Date.now());
    return { why: `The ${this.options.name} service answered ${status}${problem?.detail ? `: ${problem.detail}` : '.'}` };
  }

  private rest(): string {
    return `The ${this.options.name} service has not answered lately; it is asked again in a moment.`;
  }

  private silence(error: unknown): string {
    const { name, message, cause } = error as { name?: string; message?: string; cause?: { code?: string; message?: string } };
    const why = name === 'TimeoutError' ? 'the time ran out' : (cause?.code ?? cause?.message ?? message ?? String(error));
    return `The ${this.options.name} service does not answer (${why}). Check EDGE_${this.options.name.toUpperCase()}_URL and that it runs.`;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined; // no answer of ours: its status tells
  }
}

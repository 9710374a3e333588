import type { Problem } from '@edge/contracts';
import { parseEvents, type ServerEvent } from './parse-events.js';
import { EdgeProblem, EdgeUnreachable } from './problems.js';

export interface ClientOptions {
  /** `http://127.0.0.1:8080` */
  url: string;
  /** Bearer token; absent in the console, where the session cookie speaks. */
  token?: string;
  fetch?: typeof fetch;
}

export interface CallOptions {
  query?: Record<string, string | number | boolean | undefined>;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

export interface Answer<T> { status: number; headers: Headers; body: T }

/** Speaks Edge's REST interface. An error answer rejects with `EdgeProblem`, no answer at all with `EdgeUnreachable`. */
export class EdgeClient {
  constructor(private readonly options: ClientOptions) {}

  get<T>(path: string, options: CallOptions = {}): Promise<T> {
    return this.call<T>('GET', path, options).then((answer) => answer.body);
  }

  post<T>(path: string, body: unknown = {}, options: CallOptions = {}): Promise<T> {
    return this.call<T>('POST', path, { ...options, body }).then((answer) => answer.body);
  }

  async call<T>(method: string, path: string, options: CallOptions = {}): Promise<Answer<T>> {
    const response = await this.send(method, path, options);
    const text = await response.text();
    if (!response.ok) throw problemOf(response, text);
    const json = /json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, body: (json ? JSON.parse(text) : text) as T };
  }

  /** Server-sent events until the server or the signal ends them. `lastEventId` resumes. */
  async *events(path: string, options: CallOptions & { lastEventId?: string } = {}): AsyncGenerator<ServerEvent> {
    const headers = { accept: 'text/event-stream', ...options.headers, ...(options.lastEventId ? { 'last-event-id': options.lastEventId } : {}) };
    const response = await this.send('GET', path, { ...options, headers });
    if (response.status === 204) return; // the reader has been told everything
    if (!response.ok || !response.body) throw problemOf(response, await response.text());
    yield* parseEvents(response.body);
  }

  /** Every item of a list, page after page. */
  async *pages<T>(path: string, query: CallOptions['query'] = {}): AsyncGenerator<T> {
    let cursor: string | undefined;
    do {
      const page = await this.get<{ items: T[]; next_cursor?: string }>(path, { query: { ...query, cursor } });
      yield* page.items;
      cursor = page.next_cursor;
    } while (cursor);
  }

  private async send(method: string, path: string, { query, body, headers, signal }: CallOptions): Promise<Response> {
    const url = new URL(path, this.options.url);
    for (const [name, value] of Object.entries(query ?? {})) if (value !== undefined) url.searchParams.set(name, String(value));
    const init: RequestInit = {
      method,
      headers: {
        accept: 'application/json',
        ...(this.options.token ? { authorization: `Bearer ${this.options.token}` } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    };
    try {
      return await (this.options.fetch ?? fetch)(url, init);
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new EdgeUnreachable(this.options.url, error);
    }
  }
}

function problemOf(response: Response, text: string): EdgeProblem {
  try {
    return new EdgeProblem(JSON.parse(text) as Problem, response.status);
  } catch {
    return new EdgeProblem({ type: 'about:blank', title: response.statusText, status: response.status, detail: text.slice(0, 500), code: 'internal', errors: [] }, response.status);
  }
}

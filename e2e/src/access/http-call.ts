export interface Asked { method: string; path: string; token?: string; body?: unknown; headers?: Record<string, string> }
export interface Answered { status: number; text: string; headers: Headers }

/** One request; the body of an event stream is not waited for. */
export async function httpCall(url: string, { method, path, token, body, headers = {} }: Asked): Promise<Answered> {
  const ended = new AbortController();
  const answer = await fetch(new URL(path, url), {
    method, redirect: 'manual', signal: ended.signal,
    headers: { accept: 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}), ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const streams = /event-stream/.test(answer.headers.get('content-type') ?? '');
  const text = streams ? '' : await answer.text();
  if (streams) ended.abort();
  return { status: answer.status, text, headers: answer.headers };
}

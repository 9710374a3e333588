import type { IncomingMessage } from 'node:http';

/** The little of Fastify's request and reply that handlers touch. */
export interface RawRequest { raw: IncomingMessage; edge?: { detail?: Record<string, unknown> } }
export interface SettableReply { header(name: string, value: string): unknown; status(code: number): unknown; type?(mime: string): unknown }

/** Aborts when the caller goes away before its answer. */
export function goneSignal(request: RawRequest): AbortSignal {
  const gone = new AbortController();
  request.raw.socket.once('close', () => gone.abort());
  return gone.signal;
}

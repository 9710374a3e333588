import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { errors, type Route, type RouteName, routes } from '@edge/contracts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { EdgeRequest } from './edge-request.js';
import type { ProblemFilter } from './problem-filter.js';
import { serviceHeader } from './service-route.js';

export interface Forwarding {
  /** Owner of routes → URL of the service that answers them. */
  to: Partial<Record<Route['owner'], string>>;
  /** Tells the service that what we say of the caller's address is true. */
  serviceToken: string;
}

const withinMs = 30_000;
const tries = 4;
const hopByHop = new Set(['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'te', 'trailer', 'transfer-encoding', 'upgrade']);
const ours = new Set(['host', 'content-length', 'expect', 'forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-forwarded-port', serviceHeader]);

/** The routes of other services that this program answers by asking them. */
export function forwardedRoutes({ to }: Forwarding): [RouteName, Route][] {
  return (Object.entries(routes) as [RouteName, Route][]).filter(([, { owner }]) => to[owner] !== undefined);
}

/** Answers other services' routes by passing them on whole, the caller's own credential included: the service itself asks who it is, and may she. */
export function forwardRoutes(fastify: FastifyInstance, forwarding: Forwarding, problems: ProblemFilter): void {
  const agents = { http: new HttpAgent({ keepAlive: true }), https: new HttpsAgent({ keepAlive: true }) };
  for (const [, { method, path, owner }] of forwardedRoutes(forwarding)) {
    const base = forwarding.to[owner]!;
    // Named here, for Fastify would take the handler of errors that is there when it is made ready, and Nest may set its own later.
    const errorHandler = (error: unknown, request: FastifyRequest, reply: FastifyReply) => problems.answer(error, request as EdgeRequest, reply);
    fastify.route({ method, url: path, exposeHeadRoute: false, errorHandler, handler: (request, reply) => pass(request, reply, { base, owner, agents, serviceToken: forwarding.serviceToken }) });
  }
}

interface Way { base: string; owner: string; agents: { http: HttpAgent; https: HttpsAgent }; serviceToken: string }

async function pass(request: FastifyRequest, reply: FastifyReply, way: Way): Promise<FastifyReply> {
  const answer = await asked(request, way);
  void reply.status(answer.statusCode ?? 502);
  for (const [name, value] of Object.entries(answer.headers)) if (value !== undefined && !hopByHop.has(name)) void reply.header(name, value);
  return reply.send(answer);
}

/** What never reached the service is sent again; what may have is not. */
async function asked(request: FastifyRequest, way: Way): Promise<IncomingMessage> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await send(request, way);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const harmless = code === 'ECONNREFUSED' || (request.method === 'GET' && code === 'ECONNRESET');
      if (!harmless || attempt === tries) throw errors.unavailable(`The ${way.owner} service does not answer (${code ?? message}).`);
      await sleep(100 * attempt);
    }
  }
}

function send(request: FastifyRequest, { base, agents, serviceToken }: Way): Promise<IncomingMessage> {
  const url = new URL(request.url, base);
  const secure = url.protocol === 'https:';
  const body = request.body === undefined || request.body === null ? undefined : JSON.stringify(request.body);
  const kept = Object.entries(request.headers).filter(([name]) => !hopByHop.has(name) && !ours.has(name));
  const headers = {
    ...Object.fromEntries(kept), host: url.host, 'x-forwarded-for': request.ip, 'x-forwarded-host': request.host, 'x-forwarded-proto': request.protocol, [serviceHeader]: serviceToken,
    ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
  };
  return new Promise((resolve, reject) => {
    const options = { method: request.method, headers, signal: AbortSignal.timeout(withinMs) };
    const sent = secure ? httpsRequest(url, { ...options, agent: agents.https }, resolve) : httpRequest(url, { ...options, agent: agents.http }, resolve);
    sent.once('error', reject).end(body);
  });
}

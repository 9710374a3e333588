import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { EdgeRequest } from './edge-request.js';
import { pathOf } from './problem-filter.js';

const policy = "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/** Serves the built console. Answers how to give its page for a path that is no route; false when it is none of a browser's. */
export async function serveConsole(fastify: FastifyInstance, folder: string): Promise<(request: EdgeRequest, reply: FastifyReply) => boolean> {
  const index = readFileSync(join(folder, 'index.html'));
  await fastify.register(fastifyStatic, { root: join(folder, 'assets'), prefix: '/assets/', decorateReply: false, index: false, immutable: true, maxAge: '365d' });
  return (request, reply) => {
    const path = pathOf(request.url);
    if (request.method !== 'GET' || /^\/(api|space|assets)\//.test(path) || !/text\/html|\*\/\*/.test(request.headers.accept ?? '')) return false;
    void reply.status(200).headers({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache', 'content-security-policy': policy }).send(index);
    return true;
  };
}

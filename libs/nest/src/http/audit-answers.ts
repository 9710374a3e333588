import { routeOf } from '@edge/contracts';
import type { Audit } from '@edge/ports';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { changesState, entryOf } from './audit-entry.js';
import type { EdgeRequest } from './edge-request.js';

/**
 * Every state-changing request of somebody known leaves one entry before it is answered, whatever came of it; without the entry there is no answer but the
 * error that says why. A hook, not an interceptor: those cost every request a chain of Observables.
 */
export function auditAnswers(fastify: FastifyInstance, audit: Audit): void {
  fastify.addHook('preSerialization', async (request: EdgeRequest, _reply: FastifyReply, answer: unknown) => {
    if (request.edge) request.edge.answer = answer;
    return answer;
  });
  fastify.addHook('onSend', async (request: EdgeRequest, _reply: FastifyReply, text: unknown) => {
    if (isAudited(request)) await write(request, audit);
    return text;
  });
}

/** Once: that it could not be written is answered, too. */
function write(request: EdgeRequest, audit: Audit): Promise<void> {
  const { answer, failed } = request.edge!;
  request.edge!.audited = true;
  return audit.write(entryOf(request, failed === undefined ? { answer } : { error: failed }));
}

function isAudited({ edge }: EdgeRequest): boolean {
  if (!edge || edge.audited || !changesState(routeOf(edge.route))) return false;
  return edge.caller !== undefined || routeOf(edge.route).needs === 'open';
}

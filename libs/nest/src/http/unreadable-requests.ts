import type { Socket } from 'node:net';
import { type EdgeError, errors } from '@edge/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';

const problemType = 'application/problem+json; charset=utf-8';

/** Fastify's option for what no route and no filter ever sees: an address that cannot be read. */
export function answerBadAddress(error: { code: string }, request: FastifyRequest, reply: FastifyReply): void {
  const path = request.raw.url ?? '';
  const problem = error.code === 'FST_ERR_MAX_PARAM_LENGTH' ? errors.badRequest('A part of the address is longer than 1000 characters.') : errors.badRequest(`The address "${path.slice(0, 200)}" cannot be read: after a "%" come two hexadecimal digits of UTF-8.`);
  void reply.status(problem.status).headers({ 'content-type': problemType, 'x-correlation-id': request.id }).send(JSON.stringify(problem.problem(undefined, request.id)));
}

/** Fastify's option for what is no HTTP at all; then there is no request yet, only its connection. */
export function answerNoHttp(error: { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return void socket.destroy();
  const problem = problemOf(error.code);
  const text = JSON.stringify(problem.problem());
  socket.end(`HTTP/1.1 ${problem.status} ${problem.problem().title}\r\ncontent-type: ${problemType}\r\ncontent-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`);
}

function problemOf(code: string | undefined): EdgeError {
  if (code === 'HPE_HEADER_OVERFLOW') return errors.headersTooLarge('16 KB');
  return errors.badRequest(code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'The request did not come in time.' : 'This is no HTTP request.');
}

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** An answer that is not out by then is given up, so that the program ends. */
const answersMs = 18_000;

/**
 * At the end nothing new is taken, connections without a request end at once, and the others when their answer is out. Node's own way counts an answer that
 * is still being sent as none, and a kept connection would hold the end back after its answer.
 */
export function endConnections(fastify: FastifyInstance, withinMs = answersMs): void {
  const server = fastify.server as Server;
  const unanswered = new Map<Socket, number>();
  const all = new Set<Socket>();
  let ending = false;
  const endIdle = (socket: Socket) => {
    if (ending && !unanswered.get(socket)) socket.destroySoon();
  };
  server.on('connection', (socket: Socket) => all.add(socket.once('close', () => all.delete(socket))));
  const spoken = 'setSecureContext' in server ? 'secureConnection' : 'connection'; // with TLS a request's connection is another one than what carries it
  const speaking = new Set<Socket>();
  server.on(spoken, (socket: Socket) => speaking.add(socket.once('close', () => speaking.delete(socket))));
  server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    unanswered.set(socket, (unanswered.get(socket) ?? 0) + 1);
    response.once('close', () => {
      const left = (unanswered.get(socket) ?? 1) - 1;
      if (left > 0) return void unanswered.set(socket, left);
      unanswered.delete(socket);
      endIdle(socket);
    });
  });
  server.closeIdleConnections = () => speaking.forEach(endIdle); // Node calls it when it closes the server
  fastify.addHook('onSend', async (_request, reply, payload) => {
    if (ending) void reply.header('connection', 'close');
    return payload;
  });
  fastify.addHook('preClose', async () => {
    ending = true;
    const giveUp = setTimeout(() => all.forEach((socket) => socket.destroy()), withinMs);
    server.once('close', () => clearTimeout(giveUp));
  });
}

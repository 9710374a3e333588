import { createServer, type IncomingMessage, type Server } from 'node:http';
import { CanaryService } from './canary-service.js';
import type { Traffic } from './traffic.js';

/** What the demo shows of itself, on loopback: `GET /` what the shop's visitors were answered, `POST /canary` takes analyses. */
export async function serveWindow(traffic: Traffic, port: number): Promise<Server> {
  const canary = new CanaryService(() => traffic.counted);
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    answer(request).then(
      ({ status, body }) => response.writeHead(status).end(`${JSON.stringify(body)}\n`),
      (error: Error) => response.writeHead(400).end(`${JSON.stringify({ error: error.message })}\n`),
    );
  });
  const answer = async (request: IncomingMessage): Promise<{ status: number; body: object }> => {
    if (request.method === 'GET' && request.url === '/') return { status: 200, body: traffic.counted };
    if (request.method !== 'POST' || request.url !== '/canary') return { status: 404, body: { error: 'GET / or POST /canary' } };
    return { status: 200, body: canary.schedule(JSON.parse(await bodyOf(request)) as Parameters<CanaryService['schedule']>[0]) };
  };
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return server;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}

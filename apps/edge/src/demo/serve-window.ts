import { createServer, type IncomingMessage, type Server } from 'node:http';
import { CanaryService } from './canary-service.js';
import type { Traffic } from './traffic.js';

/** What the demo shows of itself, on loopback: `GET /` what the shop's visitors were answered, `POST /canary` takes analyses. */
export async function serveWindow(traffic: Traffic, port: number): Promise<Server> {
  const canary = new CanaryService(() => traffic.counted);
  const server = createServer(async (request, response) => {
    response.setHeader('content-type', 'application/json');
    if (request.method === 'GET' && request.url === '/') return void response.end(`${JSON.stringify(traffic.counted)}\n`);
    if (request.method !== 'POST' || request.url !== '/canary') return void response.writeHead(404).end('{"error":"GET / or POST /canary"}\n');
    const body = await bodyOf(request);
    response.end(`${JSON.stringify(canary.schedule(JSON.parse(body) as Parameters<CanaryService['schedule']>[0]))}\n`);
  });
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

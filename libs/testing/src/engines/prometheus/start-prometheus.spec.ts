import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { freePort } from '../free-ports.js';
import { probeProgram } from '../probe-engine.js';
import { startPrometheus } from './start-prometheus.js';

const probe = await probeProgram('prometheus');
const suite = probe.available ? describe : describe.skip;

suite(`Prometheus for tests${probe.available ? '' : ` (${probe.reason})`}`, () => {
  it('answers queries over what it reads', async () => {
    const port = await freePort();
    const server = createServer((_, response) => response.end('error_ratio{version="2"} 0.42\n')).listen(port, '127.0.0.1');
    const engine = await startPrometheus({ scrape: { app: [`127.0.0.1:${port}`] } });

    expect(await firstValue(engine.address, 'error_ratio{version="2"}')).toBe('0.42');

    await engine.stop();
    server.close();
    server.closeAllConnections();
  });
});

async function firstValue(url: string, query: string): Promise<string> {
  for (;;) {
    const answer = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(query)}`);
    const { data } = (await answer.json()) as { data: { result: { value: [number, string] }[] } };
    if (data.result[0]) return data.result[0].value[1];
    await pause(100);
  }
}

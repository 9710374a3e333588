import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the canary service was asked for. */
export interface AskedAnalysis { ccrid: string; datacenter: string; stage: number; staggered_status: string; verf_server: string; prod_server: string; verdict_url: string; respond_to: string }

/** A canary service over real HTTP: takes orders for analyses, and says verdicts at the addresses that they name, when the test wants it to. */
export class CanaryService {
  readonly asked: AskedAnalysis[] = [];
  /** What it answers to an order. */
  answer: { status: number; body: object } = { status: 200, body: { success: true, link: 'http://canary.example/1' } };
  /** Called with each order before it is answered. */
  meanwhile: (analysis: AskedAnalysis) => Promise<unknown> = async () => undefined;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<CanaryService> {
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => { body += chunk.toString(); });
      request.on('end', () => void service.order(JSON.parse(body) as AskedAnalysis).then(({ status, body: answer }) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer))));
    });
    const service = new CanaryService(server);
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    return service;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/schedule`;
  }

  /** Says something at the address of an analysis; Edge's status and answer. */
  async say({ verdict_url: url }: AskedAnalysis, body: object): Promise<{ status: number; body: Record<string, unknown> }> {
    const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async order(analysis: AskedAnalysis): Promise<CanaryService['answer']> {
    this.asked.push(analysis);
    await this.meanwhile(analysis);
    return this.answer;
  }
}

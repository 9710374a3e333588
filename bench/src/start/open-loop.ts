import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Answered { status: number; ms: number }

export interface Load { url: string; token: string; perSecond: number; seconds: number; path(n: number): string; body: string }

/**
 * Sends at a fixed rate, whether or not answers come back; each is measured from the moment when it should have been sent, so that a server which
 * holds up the queue is not flattered.
 */
export async function openLoop({ url, token, perSecond, seconds, path, body }: Load): Promise<Answered[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 512 });
  const began = performance.now();
  const answers: Promise<Answered>[] = [];
  for (let n = 0; n < perSecond * seconds; n += 1) {
    const dueMs = began + (n * 1000) / perSecond;
    const early = dueMs - performance.now();
    if (early > 1) await sleep(early);
    answers.push(post(new URL(path(n), url), { agent, token, body }).then((status) => ({ status, ms: performance.now() - dueMs })));
  }
  const all = await Promise.all(answers);
  agent.destroy();
  return all;
}

function post(url: URL, { agent, token, body }: { agent: Agent; token: string; body: string }): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) } }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(answer.statusCode ?? 0));
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

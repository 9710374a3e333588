import { Agent, get } from 'node:http';

/** Requests at an even rate until they are stopped; then how many there were and what failed. */
export function startTraffic(urls: readonly string[], perSecond: number): { stop(): Promise<{ asked: number; failed: string[] }> } {
  const failed: string[] = [];
  const open = new Set<Promise<void>>();
  const agent = new Agent({ keepAlive: true, maxSockets: 50 });
  let asked = 0;
  const ask = (): void => {
    const url = urls[asked % urls.length]!;
    asked += 1;
    const one = once(url, agent).then((why) => { if (why) failed.push(why); });
    open.add(one);
    void one.then(() => open.delete(one));
  };
  const timer = setInterval(ask, 1000 / perSecond);
  return {
    async stop() {
      clearInterval(timer);
      await Promise.all(open);
      agent.destroy();
      return { asked, failed };
    },
  };
}

function once(url: string, agent: Agent): Promise<string | undefined> {
  return new Promise((resolve) => {
    const request = get(url, { agent, timeout: 10_000 }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode === 200 ? undefined : `${url} answered ${response.statusCode}`));
      response.on('error', (error) => resolve(`${url}: ${error.message}`));
    });
    request.on('timeout', () => request.destroy(new Error('no answer within 10 s')));
    request.on('error', (error) => resolve(`${url}: ${error.message}`));
  });
}

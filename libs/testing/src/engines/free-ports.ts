import { createServer } from 'node:net';

/** Below the range from which the system takes ports for outgoing connections, so that nothing takes them while an engine is down. */
const lowest = 20_000;
const each = 1_500;
const slices = 8;

/** A worker of Jest has a slice of its own: what another one finds free, too, would be taken when it is needed. Other programs share the last one. */
function firstPort(): number {
  const { JEST_WORKER_ID: worker } = process.env;
  return lowest + each * (worker === undefined ? slices - 1 : (Number(worker) - 1) % (slices - 1));
}

/** Free loopback ports. */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  const first = firstPort();
  while (ports.size < count) {
    const port = first + Math.floor(Math.random() * each);
    if (await isFree(port)) ports.add(port);
  }
  return [...ports];
}

export async function freePort(): Promise<number> {
  const [port] = await freePorts(1);
  return port as number;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

import { createServer } from 'node:net';

/**
 * Below the range from which the system takes ports for outgoing connections, so that nothing takes them while an engine is down;
 * above what the demo takes (apps/edge/src/demo/free-ports.ts), which may begin beside a test.
 */
const lowest = 28_000;
const each = 1_000;
const slices = 4;

/** A worker of Jest has a slice of its own: what another one finds free, too, would be taken when it is needed. Other programs share the last one. */
const first = lowest + each * ofSlice(process.env['JEST_WORKER_ID']);
let next = Math.floor(Math.random() * each);

/** Free loopback ports. None is given a second time before all others of the slice: it may not be listened on yet. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    const port = first + next;
    next = (next + 1) % each;
    if (await isFree(port)) ports.push(port);
  }
  return ports;
}

export async function freePort(): Promise<number> {
  const [port] = await freePorts(1);
  return port as number;
}

function ofSlice(worker: string | undefined): number {
  return worker === undefined ? slices - 1 : (Number(worker) - 1) % (slices - 1);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

import { connect, createServer, type Server, type Socket } from 'node:net';

export interface FaultProxy {
  port: number;
  /** How bytes pass from now on, also on open connections. `freeze`: none pass, nobody is told (half-open). `pass`: all is well again. */
  set(fault: Fault): void;
  /** Breaks all open connections by a reset. */
  reset(): void;
  /** Connections taken so far. */
  taken(): number;
  /** Bytes that clients sent so far. */
  received(): number;
  stop(): Promise<void>;
}

export type Fault =
  | { kind: 'pass' }
  | { kind: 'freeze' }
  | { kind: 'latency'; ms: number }
  | { kind: 'bandwidth'; bytesPerSecond: number }
  /** New connections get these bytes and nothing from the real server. Empty: silence. */
  | { kind: 'say'; bytes: Uint8Array; then: 'stay' | 'close' }
  /** New connections are reset at once. */
  | { kind: 'refuse' }
  /** Each connection is reset after this many bytes from the server. */
  | { kind: 'cut'; afterBytes: number };

/** A TCP proxy on loopback that can be told to misbehave. */
export async function startFaultProxy(targetPort: number): Promise<FaultProxy> {
  const proxy = new Proxy(targetPort);
  const port = await proxy.listen();
  return {
    port,
    set: (fault) => proxy.set(fault),
    reset: () => proxy.reset(),
    taken: () => proxy.taken,
    received: () => proxy.received,
    stop: () => proxy.stop(),
  };
}

class Proxy {
  taken = 0;
  received = 0;
  private fault: Fault = { kind: 'pass' };
  private readonly pairs = new Set<Pair>();
  private readonly server: Server;

  constructor(private readonly targetPort: number) {
    this.server = createServer((client) => this.take(client));
  }

  listen(): Promise<number> {
    return new Promise((resolve) => {
      this.server.listen(0, '127.0.0.1', () => {
        const address = this.server.address();
        resolve(typeof address === 'object' && address ? address.port : 0);
      });
    });
  }

  set(fault: Fault): void {
    this.fault = fault;
    for (const pair of this.pairs) pair.apply(fault);
  }

  reset(): void {
    for (const pair of this.pairs) pair.reset();
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.reset();
    await closed;
  }

  private take(client: Socket): void {
    this.taken += 1;
    const fault = this.fault;
    client.on('data', (bytes: Buffer) => { this.received += bytes.length; });
    client.on('error', () => client.destroy()); // a client that breaks off is what the proxy is for
    if (fault.kind === 'refuse') return void client.resetAndDestroy();
    if (fault.kind === 'say') return this.say(client, fault);
    const pair = new Pair(client, connect({ host: '127.0.0.1', port: this.targetPort }));
    this.pairs.add(pair);
    client.once('close', () => this.pairs.delete(pair));
    pair.apply(fault);
  }

  private say(client: Socket, { bytes, then }: Extract<Fault, { kind: 'say' }>): void {
    const pair = new Pair(client);
    this.pairs.add(pair);
    client.once('close', () => this.pairs.delete(pair));
    if (bytes.length > 0) client.write(bytes);
    if (then === 'close') client.end();
  }
}

/** One connection through the proxy. */
class Pair {
  private fault: Fault = { kind: 'pass' };
  private passed = 0;
  private held: (() => void)[] = [];

  constructor(private readonly client: Socket, private readonly server?: Socket) {
    if (!server) return;
    server.on('error', () => this.reset());
    this.relay(client, server);
    this.relay(server, client);
  }

  apply(fault: Fault): void {
    this.fault = fault;
    if (fault.kind === 'freeze') return;
    const held = this.held;
    this.held = [];
    for (const go of held) go();
  }

  reset(): void {
    this.client.resetAndDestroy();
    this.server?.resetAndDestroy();
  }

  private relay(from: Socket, to: Socket): void {
    let last = Promise.resolve();
    const inOrder = (work: () => void) => { last = last.then(() => this.passage()).then(work); };
    from.on('data', (bytes: Buffer) => {
      from.pause();
      inOrder(() => {
        if (from === this.server) this.passed += bytes.length;
        if (this.fault.kind === 'cut' && this.passed > this.fault.afterBytes) return this.reset();
        const rest = this.fault.kind === 'bandwidth' ? (1000 * bytes.length) / this.fault.bytesPerSecond : 0;
        to.write(bytes, () => { if (rest > 0) setTimeout(() => from.resume(), rest); else from.resume(); });
      });
    });
    from.on('end', () => inOrder(() => to.end()));
    from.on('close', () => inOrder(() => to.destroy()));
  }

  /** Resolves when bytes may pass. */
  private passage(): Promise<void> {
    const { fault } = this;
    if (fault.kind === 'freeze') return new Promise((go) => this.held.push(go));
    if (fault.kind === 'latency') return new Promise((go) => setTimeout(go, fault.ms));
    return Promise.resolve();
  }
}

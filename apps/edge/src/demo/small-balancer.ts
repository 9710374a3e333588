import { createServer as createHttpServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { connect, createServer as createSocketServer, type ListenOptions, type Server } from 'node:net';

export interface BackendServer { name: string; address: string; port: number }
type State = 'ready' | 'drain' | 'maint';
interface Behind extends BackendServer { state: State; up: boolean; sessions: number }

export interface SmallBalancerOptions {
  /** Backend → the port that it is reached by, and its servers. */
  backends: Record<string, { front: number; servers: BackendServer[] }>;
  /** Where its runtime API listens: `{ path }` or `{ host, port }`. */
  admin: ListenOptions;
}

const checkEveryMs = 500;

/** A load balancer for machines without HAProxy: HTTP, round robin, and of HAProxy's runtime API the two commands that Edge says (`show stat`, `set server … state`). */
export async function startSmallBalancer({ backends, admin }: SmallBalancerOptions): Promise<{ stop(): void }> {
  const behind = new Map(Object.entries(backends).map(([name, { servers }]) => [name, servers.map((server): Behind => ({ ...server, state: 'ready', up: true, sessions: 0 }))]));
  const listening: Server[] = [];
  for (const [name, { front }] of Object.entries(backends)) listening.push(await listen(createHttpServer(passingOnTo(behind.get(name)!)), { host: '127.0.0.1', port: front }));
  listening.push(await listen(createSocketServer({ allowHalfOpen: true }, (socket) => {
    socket.setEncoding('utf8');
    socket.on('error', () => socket.destroy());
    socket.once('data', (line: string) => socket.end(`${answerTo(line.trim(), behind)}\n`));
  }), admin));
  const checks = setInterval(() => { for (const servers of behind.values()) for (const server of servers) void check(server); }, checkEveryMs);
  return {
    stop() {
      clearInterval(checks);
      for (const server of listening) server.close();
    },
  };
}

/** Round robin over the servers that take new sessions; one that refuses the connection is passed over. */
function passingOnTo(servers: Behind[]): (asked: IncomingMessage, answer: ServerResponse) => void {
  let turn = 0;
  return (asked, answer) => {
    const usable = servers.filter(({ state, up }) => state === 'ready' && up);
    turn += 1;
    passOn(asked, answer, [...usable.slice(turn % (usable.length || 1)), ...usable.slice(0, turn % (usable.length || 1))]);
  };
}

function passOn(asked: IncomingMessage, answer: ServerResponse, [server, ...others]: Behind[]): void {
  if (!server) return void answer.writeHead(503, { 'content-type': 'text/plain' }).end('No server is available.\n');
  server.sessions += 1;
  const passed = request({ host: server.address, port: server.port, method: asked.method, path: asked.url, headers: { ...asked.headers, connection: 'close' }, agent: false }, (given) => {
    answer.writeHead(given.statusCode ?? 502, given.headers);
    given.pipe(answer);
  });
  passed.once('close', () => { server.sessions -= 1; });
  passed.once('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ECONNREFUSED' && !answer.headersSent) return passOn(asked, answer, others);
    if (answer.headersSent) answer.destroy();
    else answer.writeHead(502, { 'content-type': 'text/plain' }).end('The server broke off.\n');
  });
  answer.once('close', () => { if (!answer.writableFinished) passed.destroy(); });
  asked.pipe(passed);
}

function answerTo(line: string, behind: Map<string, Behind[]>): string {
  const stat = /^show stat (\S+) 4 -1$/.exec(line);
  if (stat) return statOf(stat[1]!, behind.get(stat[1]!));
  const set = /^set server ([^/\s]+)\/(\S+) state (ready|drain|maint)$/.exec(line);
  if (!set) return `Unknown command: '${line}'. It knows 'show stat <backend> 4 -1' and 'set server <backend>/<server> state ready|drain|maint'.`;
  const server = behind.get(set[1]!)?.find(({ name }) => name === set[2]);
  if (!server) return behind.has(set[1]!) ? 'No such server.' : 'No such backend.';
  server.state = set[3] as State;
  return '';
}

function statOf(backend: string, servers: Behind[] | undefined): string {
  if (!servers) return 'No such backend.';
  const status = ({ state, up }: Behind) => (state === 'maint' ? 'MAINT' : state === 'drain' ? 'DRAIN' : up ? 'UP' : 'DOWN');
  return ['# pxname,svname,qcur,scur,status,addr,', ...servers.map((server) => `${backend},${server.name},0,${server.sessions},${status(server)},${server.address}:${server.port},`)].join('\n');
}

function check(server: Behind): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(server.port, server.address);
    const done = (up: boolean) => {
      server.up = up;
      socket.destroy();
      resolve();
    };
    socket.setTimeout(checkEveryMs, () => done(false)).once('connect', () => done(true)).once('error', () => done(false));
  });
}

function listen<T extends Server>(server: T, at: ListenOptions): Promise<T> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(at, () => resolve(server));
  });
}

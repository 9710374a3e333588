import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { EngineFolder } from '../engine-folder.js';
import { EngineProcess } from '../engine-process.js';
import { findProgram } from '../find-program.js';
import { freePorts } from '../free-ports.js';
import { SingleEngine } from '../single-engine.js';

export interface HaproxyServer { name: string; address: string; port: number }

export interface HaproxyOptions {
  /** Backend → its servers. Default: none. */
  pools?: Record<string, HaproxyServer[]>;
  /** Further lines of the configuration, for instance a health check in `defaults`. */
  defaults?: string[];
}

/** A running HAProxy: `address` is its runtime API (TCP), `socket` the same as a UNIX socket, `front` the port of each pool. */
export interface Haproxy { engine: SingleEngine; address: string; socket: string; front: Record<string, number> }

/** Debian's HAProxy on loopback with a front port per pool. */
export async function startHaproxy({ pools = {}, defaults = [] }: HaproxyOptions = {}): Promise<Haproxy> {
  const program = await findProgram('haproxy');
  const folder = await EngineFolder.create('haproxy');
  const [admin, ...ports] = await freePorts(Object.keys(pools).length + 1);
  const front = Object.fromEntries(Object.keys(pools).map((pool, n) => [pool, ports[n] as number]));
  const socket = join(folder.path, 'admin.sock');
  const file = join(folder.path, 'haproxy.cfg');
  await writeFile(file, configuration({ admin: admin as number, socket, defaults, pools, front }));
  const server = new EngineProcess({
    name: 'HAProxy', program, args: ['-W', '-db', '-f', file], folder, logFile: join(folder.path, 'haproxy.log'),
    ready: () => answers(admin as number),
  });
  const address = `127.0.0.1:${admin}`;
  return { engine: await SingleEngine.start({ folder, server, address }), address, socket, front };
}

interface Layout extends Required<HaproxyOptions> { admin: number; socket: string; front: Record<string, number> }

function configuration({ admin, socket, defaults, pools, front }: Layout): string {
  const lines = [
    'global', `  stats socket unix@${socket} mode 600 level admin`, `  stats socket ipv4@127.0.0.1:${admin} level admin`, '  stats timeout 60s', '  maxconn 500',
    'defaults', '  mode http', '  timeout connect 2s', '  timeout client 60s', '  timeout server 60s', ...defaults.map((line) => `  ${line}`),
    ...Object.entries(pools).flatMap(([pool, servers]) => [
      `frontend front-${pool}`, `  bind 127.0.0.1:${front[pool]}`, `  default_backend ${pool}`,
      `backend ${pool}`, '  balance roundrobin', ...servers.map(({ name, address, port }) => `  server ${name} ${address}:${port} weight 100`),
    ]),
  ];
  return `${lines.join('\n')}\n`;
}

/** True once the runtime API answers. */
async function answers(port: number): Promise<true | undefined> {
  return askHaproxy(port, 'show info').then((info) => (info.includes('Name: HAProxy') ? true : undefined), () => undefined);
}

/** One command of the runtime API; the answer's text. */
export async function askHaproxy(port: number, command: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.setTimeout(5000, () => socket.destroy(new Error('HAProxy did not answer within 5 s')));
  socket.write(`${command}\n`);
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  return answer.trim();
}

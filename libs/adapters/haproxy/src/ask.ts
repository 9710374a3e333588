import { connect, type Socket } from 'node:net';

/** `unix:/run/haproxy.sock`, `tcp:10.0.0.1:9999` or `10.0.0.1:9999`. */
export function socketAddress(address: string): { path: string } | { host: string; port: number } {
  if (address.startsWith('unix:')) return { path: address.slice('unix:'.length) };
  if (address.startsWith('/')) return { path: address };
  const found = /^(?:tcp:(?:\/\/)?)?(.+):(\d{1,5})$/.exec(address);
  if (!found) throw new Error(`"${address}" is no address of a HAProxy runtime API: write "unix:/run/haproxy.sock" or "tcp:10.0.0.1:9999".`);
  return { host: found[1]!.replace(/^\[|\]$/g, ''), port: Number(found[2]) };
}

/** One command of the runtime API; the whole answer. Rejects with a sentence when there is none in time. */
export async function ask(address: string, command: string, withinMs: number): Promise<string> {
  const target = socketAddress(address);
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(target);
    let answer = '';
    const fail = (why: string) => {
      socket.destroy();
      reject(new Error(`HAProxy at ${address} ${why}.`));
    };
    const deadline = setTimeout(() => fail(`did not answer within ${withinMs} ms`), withinMs);
    socket.setEncoding('utf8');
    socket.on('connect', () => { socket.end(`${command}\n`); });
    socket.on('data', (chunk: string) => { answer += chunk; });
    socket.on('error', (error: NodeJS.ErrnoException) => fail(`cannot be asked: ${error.code ?? error.message}`));
    socket.on('close', () => {
      clearTimeout(deadline);
      resolve(answer.trim());
    });
  });
}

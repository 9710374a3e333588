import { connect, type Socket } from 'node:net';
import { ConnectFailure } from './connect-failure.js';
import type { Target } from './target.js';
import { writeTogether } from './write-together.js';

/** A TCP connection without Nagle's delay (which costs 40 ms per exchange). */
export function openSocket(target: Target): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const { address: host, port, bindAddress: localAddress, family } = target;
    const socket = connect({ host, port, localAddress, family, noDelay: true, keepAlive: true });
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new ConnectFailure('connect-timeout', `No TCP connection to ${host}:${port} within ${target.connectTimeoutMs} ms.`));
    }, target.connectTimeoutMs);
    socket.once('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      reject(failureOf(error, `${host}:${port}`));
    });
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.removeAllListeners('error');
      socket.pause();
      resolve(writeTogether(socket));
    });
  });
}

function failureOf(error: NodeJS.ErrnoException, where: string): ConnectFailure {
  const code = error.code ?? '';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'EAI_FAIL') return new ConnectFailure('name-not-resolved', `${where}: ${code}.`);
  if (code === 'ETIMEDOUT') return new ConnectFailure('connect-timeout', `${where}: ${code}.`);
  if (code === 'ECONNRESET') return new ConnectFailure('too-many-connections', `${where} reset the connection before it said anything.`, true);
  return new ConnectFailure('unreachable', `${where}: ${code || error.message}.`, code === 'ECONNREFUSED');
}

import type { Socket } from 'node:net';

/** Packets written in one turn leave in one system call: ssh2 writes each by itself. */
export function writeTogether(socket: Socket): Socket {
  const write = socket.write.bind(socket) as (...words: unknown[]) => boolean;
  let waiting = false;
  socket.write = (...words: unknown[]): boolean => {
    if (!waiting) {
      waiting = true;
      socket.cork();
      process.nextTick(() => {
        waiting = false;
        socket.uncork();
      });
    }
    return write(...words);
  };
  return socket;
}

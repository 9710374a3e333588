import { type ChildProcess, spawn } from 'node:child_process';

/** Starts a program and, when it ends, starts it again until the answer is called. */
export function keepRunning([program, ...args]: string[]): () => void {
  let stopped = false;
  let child: ChildProcess;
  const start = () => {
    child = spawn(program!, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    child.once('exit', () => {
      if (!stopped) setTimeout(start, 300);
    });
  };
  start();
  return () => {
    stopped = true;
    child.kill('SIGTERM');
  };
}

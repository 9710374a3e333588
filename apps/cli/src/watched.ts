import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { formatDuration } from '@edge/contracts';

/** What is tried next; or, at the end, the exit code. */
type Said = { next: string } | { code: number };

const withinMs = 30_000;

/**
 * Runs this very command once more in a thread, and `work` there: code that loops for ever is ended with what it was at, and cannot hold up the program.
 * `work` says what it tries next, and answers the exit code.
 */
export async function watched(work: (trying: (what: string) => void) => Promise<number>): Promise<{ code: number } | { stuck: string }> {
  const say = (said: Said) => parentPort?.postMessage(said);
  if (!isMainThread) {
    const code = await work((next) => say({ next }));
    say({ code });
    return { code };
  }
  return new Promise((resolve, reject) => {
    const worker = new Worker(process.argv[1]!, { argv: process.argv.slice(2) });
    let at = 'loading the script';
    const timer = setTimeout(() => {
      resolve({ stuck: `${at}: it did not come to rest within ${formatDuration(withinMs)}: it loops without waiting for anything.` });
      void worker.terminate();
    }, withinMs);
    worker.on('message', (said: Said) => {
      if ('code' in said) resolve(said);
      else at = said.next;
      timer.refresh();
    });
    worker.on('error', reject).on('exit', (code) => {
      clearTimeout(timer);
      resolve({ code });
    });
  });
}

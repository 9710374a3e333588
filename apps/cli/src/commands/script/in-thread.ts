import { isMainThread } from 'node:worker_threads';
import type { Cli } from '../../cli.js';
import { exitCodes } from '../../exit-codes.js';
import { watched } from '../../watched.js';

/** What Node ends a thread with that waits for what never comes. */
const unsettled = 13;

/** Does with an author's code what may hang or end the program; the exit code is what `work` answers. Answers what it came to a stop at, if it did. */
export async function inThread(cli: Cli, work: (trying: (what: string) => void) => Promise<number>): Promise<string | undefined> {
  const ended = await watched((trying) => {
    if (!isMainThread) process.exit = refuseExit;
    return work(trying);
  });
  const stuck = 'stuck' in ended ? ended.stuck : ended.code === unsettled ? 'It waits for what never comes.' : undefined;
  cli.exitWith('stuck' in ended || stuck ? exitCodes.failed : ended.code);
  return stuck;
}

function refuseExit(): never {
  throw new Error('The script ends the program (process.exit): in Edge it could not.');
}

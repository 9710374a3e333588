// Entry of the thread that owns one database file. Runs bundled (a file beside the program) and, in tests and tools, as the TypeScript source it is:
// this file and everything below `worker/` keep to what Node strips by itself (no decorators, enums or parameter properties) and import only types from packages.
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { Call, Greeting, ThreadSetup } from './protocol.js';
import { failureOf } from './worker/failures.js';
import { openStore, type Store } from './worker/open-store.js';

const LARGEST_BATCH = 1000;

function start(port: MessagePort, setup: ThreadSetup): void {
  let store: Store;
  try {
    store = openStore(setup);
  } catch (error) {
    port.postMessage({ ready: false, failure: failureOf(error, `${setup.kind}.db`) } satisfies Greeting);
    port.close();
    return;
  }
  port.on('message', (first: Call[] | 'close') => {
    if (first !== 'close') return store.serve(waiting(port, first), (answers) => port.postMessage(answers));
    store.close();
    port.close();
  });
  port.postMessage({ ready: true, notes: store.notes } satisfies Greeting);
}

/** The first message and whatever arrived behind it while the last batch was being made durable. */
function waiting(port: MessagePort, calls: Call[]): Call[] {
  while (calls.length < LARGEST_BATCH) {
    const next = receiveMessageOnPort(port) as { message: Call[] } | undefined;
    if (!next) break;
    for (const call of next.message) calls.push(call);
  }
  return calls;
}

// The first message says that the file may be opened.
const port = parentPort;
if (port) port.once('message', () => start(port, workerData as ThreadSetup));

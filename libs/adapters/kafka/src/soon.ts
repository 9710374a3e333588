import { setTimeout as sleep } from 'node:timers/promises';

const patienceMs = 3_000;

/** kafkajs says goodbye for as long as it takes to reach a broker: where none is there, nobody waits for that longer than this. */
export async function soon(goodbye: Promise<void>): Promise<void> {
  const late = new AbortController();
  try {
    await Promise.race([goodbye, sleep(patienceMs, undefined, { signal: late.signal })]);
  } finally {
    late.abort();
  }
}

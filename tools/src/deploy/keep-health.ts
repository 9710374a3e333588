import { setTimeout as sleep } from 'node:timers/promises';
import type { Podman } from './podman.js';

const everyMs = 1_000;

/** Asks every running container how it is, again and again: podman leaves that to systemd, which is not everywhere. Answers how to end it. */
export function keepHealth(podman: Podman): () => Promise<void> {
  const ending = new AbortController();
  const asking = (async () => {
    while (!ending.signal.aborted) {
      const names = await podman.run('ps', '--format', '{{.Names}}').catch(() => ''); // while containers come and go
      for (const name of names.split('\n').filter(Boolean)) await podman.run('healthcheck', 'run', name).catch(() => undefined); // unwell, or it has no check: compose is told by podman
      await sleep(everyMs, undefined, { signal: ending.signal }).catch(() => undefined);
    }
  })();
  return async () => {
    ending.abort();
    await asking;
  };
}

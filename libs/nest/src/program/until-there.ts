import { setTimeout as sleep } from 'node:timers/promises';
import { EdgeError, errorTable } from '@edge/contracts';
import type { Log } from '../log/log.js';

const [firstPauseMs, longestPauseMs] = [500, 10_000];

/**
 * Opens an engine, and tries again for as long as it takes where that can help: what it saw is logged each time, with the setting to look at.
 * @param engine as people call it: `Kafka`
 * @throws what trying again cannot help
 */
export async function untilThere<T>(engine: string, open: () => Promise<T>, log: Log): Promise<T> {
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      return await open();
    } catch (error) {
      if (!(error instanceof EdgeError) || !errorTable[error.code].retry) throw error;
      log.warn({ engine, againInMs: pauseMs }, `waiting for ${engine}: ${error.detail}`);
      await sleep(pauseMs);
    }
  }
}

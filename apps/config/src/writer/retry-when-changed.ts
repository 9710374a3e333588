import { EdgeError } from '@edge/contracts';

const attempts = 5;

/** Reads and writes again when somebody else was faster; gives up after five times. */
export async function retryWhenChanged<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof EdgeError) || error.code !== 'version-mismatch' || tried === attempts) throw error;
    }
  }
}

import type { HostResult } from '@edge/contracts';
import { ConnectFailure } from '../connect/connect-failure.js';
import { cleanScript } from '../host-scripts/clean-script.js';
import type { HostLink } from './host-link.js';
import { resultOf } from './host-result.js';

export interface CleanOptions { olderThanMs?: number; keepBytes?: number; jobsFolder?: string | undefined }

// Longer than messages are kept: a command that may still be redelivered finds its record.
const defaultAgeMs = 8 * 86_400_000;
const defaultBytes = 500 * 1024 * 1024;

/** Sweeps the job records of a host and the parts of broken uploads. `detail` says how many went and how many stayed. */
export async function cleanRecords(link: HostLink, options: CleanOptions): Promise<HostResult> {
  const marker = link.newMarker();
  const { olderThanMs = defaultAgeMs, keepBytes = defaultBytes, jobsFolder } = options;
  // find -mtime +n means more than n whole days.
  const olderThanDays = Math.max(0, Math.floor(olderThanMs / 86_400_000) - 1);
  try {
    const end = await link.exchange({ marker, script: cleanScript({ marker, olderThanDays, keepBytes, ...(jobsFolder ? { jobsFolder } : {}) }) });
    if (end.kind === 'lost') return resultOf('connection-lost', end.why);
    if (end.kind === 'silent') return resultOf('no-posix-shell', end.noise || undefined);
    const [gone, kept, parts] = end.words;
    return { ...resultOf('exit', `${gone} job records removed, ${kept} kept.${parts === '0' ? '' : ` Parts of broken uploads removed: ${parts}.`}`), code: 0 };
  } catch (error) {
    if (error instanceof ConnectFailure) return resultOf(error.cause, error.detail);
    throw error;
  }
}

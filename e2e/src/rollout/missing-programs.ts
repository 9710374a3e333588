import { spawnSync } from 'node:child_process';
import { findSshd } from '@edge/testing';
import { probeProgram } from '@edge/testing/engines';

/** What this machine lacks for a `RolloutRig`, in words; empty: nothing. */
export async function missingPrograms(): Promise<string[]> {
  const haproxy = await probeProgram('haproxy');
  const busybox = spawnSync('busybox', ['httpd', '--help']).status === 0;
  return [...(haproxy.available ? [] : [haproxy.reason]), ...((await findSshd()) ? [] : ['there is no sshd']), ...(busybox ? [] : ['there is no busybox with httpd'])];
}

/** The end of a suite's title. */
export function skipped(missing: readonly string[]): string {
  return missing.length === 0 ? '' : ` (skipped: ${missing.join('; ')})`;
}

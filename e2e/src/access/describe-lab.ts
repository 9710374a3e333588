import { describe } from '@jest/globals';
import { findSshd } from '@edge/testing';

const reason = (await findSshd()) ? '' : ' (no sshd on this machine)';

/** A block of tests on real sshd hosts; skipped, with the reason in its title, where there is no sshd. */
export function describeLab(title: string, tests: () => void): void {
  (reason === '' ? describe : describe.skip)(`${title}${reason}`, tests);
}

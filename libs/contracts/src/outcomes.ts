/** How a command on one host ended. Anything but `exited` with code 0 is not success. */
export type Outcome = 'exited' | 'signalled' | 'timed-out' | 'cancelled' | 'lost' | 'not-started';

/**
 * Why a command ended as it did, from one table.
 * `says` is the sentence for people; `outcome` the only outcome it may come with; `remedy` what to do.
 */
export const causes = {
  exit: { outcome: 'exited', says: 'The command ended by itself.', remedy: '' },
  signal: { outcome: 'signalled', says: 'The command was ended by a signal.', remedy: 'Look at the host for who sent it (out of memory, an operator).' },
  deadline: { outcome: 'timed-out', says: 'The command did not end in its time.', remedy: 'Give it more time, or find out what it waits for.' },
  cancelled: { outcome: 'cancelled', says: 'The command was cancelled and is proven dead.', remedy: '' },
  'cancel-unconfirmed': { outcome: 'cancelled', says: 'The command was told to stop, but its end could not be proven.', remedy: 'Look for its processes on the host.' },
  'never-sent': { outcome: 'not-started', says: 'The command was never sent to the host.', remedy: '' },
  'unknown-host': { outcome: 'not-started', says: 'The host is not known.', remedy: 'Add the host, or correct its name.' },
  'name-not-resolved': { outcome: 'not-started', says: 'The address of the host could not be resolved.', remedy: 'Correct the address of the host or the name service.' },
  unreachable: { outcome: 'not-started', says: 'No connection to the host could be made.', remedy: 'Check address, port, firewall and that sshd runs.' },
  'connect-timeout': { outcome: 'not-started', says: 'The host did not answer in time.', remedy: 'Check the network to the host, or give ConnectTimeout more.' },
  'jump-unreachable': { outcome: 'not-started', says: 'The jump host could not be reached.', remedy: 'Check the jump host named in ProxyJump.' },
  'not-ssh': { outcome: 'not-started', says: 'What answers there does not speak SSH.', remedy: 'Check the port of the host.' },
  'no-common-algorithm': { outcome: 'not-started', says: 'Edge and the host share no SSH algorithm.', remedy: 'Update sshd, or allow an older algorithm for this host in the ssh configuration.' },
  'too-many-connections': { outcome: 'not-started', says: 'The host refused further connections.', remedy: 'Raise MaxStartups of its sshd, or lower the concurrency.' },
  'host-key-unknown': { outcome: 'not-started', says: 'The host key is not enrolled.', remedy: 'Compare the fingerprint and run `edge host enrol`.' },
  'host-key-changed': { outcome: 'not-started', says: 'The host answers with another key than the enrolled one.', remedy: 'Find out why; approve the new key only if you know.' },
  'host-key-revoked': { outcome: 'not-started', says: 'The key of the host is revoked.', remedy: 'Give the host a new key and enrol it.' },
  'ssh-config-refused': { outcome: 'not-started', says: 'The ssh configuration says something about this host that Edge does not follow.', remedy: 'Correct the line that the detail names; use ProxyJump instead of ProxyCommand, and no Match exec.' },
  'key-unusable': { outcome: 'not-started', says: 'The private key cannot be used.', remedy: 'Check its mode (0600), its format and its passphrase.' },
  'auth-failed': { outcome: 'not-started', says: 'The host refused every way to sign in.', remedy: 'Check user, keys, certificate and password.' },
  'channel-refused': { outcome: 'not-started', says: 'The host refused to open a session.', remedy: 'Raise MaxSessions of its sshd.' },
  'no-posix-shell': { outcome: 'not-started', says: 'The host has no POSIX sh that answers.', remedy: 'Give the login user a POSIX shell.' },
  'home-unwritable': { outcome: 'not-started', says: 'No folder for job records could be written on the host.', remedy: 'Make the home folder writable, or name another folder.' },
  'disk-full': { outcome: 'not-started', says: 'The disk of the host is full.', remedy: 'Free some space on the host.' },
  'sudo-refused': { outcome: 'not-started', says: 'sudo refused the command.', remedy: 'Check the sudoers rule and the sudo password.' },
  'policy-denied': { outcome: 'not-started', says: 'The command policy refuses the command.', remedy: 'See the rule and what it says to write instead.' },
  'signature-invalid': { outcome: 'not-started', says: 'The command or its grant is not signed by a known key.', remedy: 'Start the action through the gateway.' },
  'grant-expired': { outcome: 'not-started', says: 'The grant of the action has expired.', remedy: 'Approve the action anew.' },
  'host-not-granted': { outcome: 'not-started', says: 'The grant of the action does not cover this host.', remedy: 'Start an action that names the host.' },
  'secret-missing': { outcome: 'not-started', says: 'A secret that the command needs is not there.', remedy: 'Set the secret in the space.' },
  'upload-failed': { outcome: 'not-started', says: 'A file could not be put on the host.', remedy: 'See the detail.' },
  'connection-lost': { outcome: 'lost', says: 'The connection broke and the host could not be asked again in time.', remedy: 'Look at the host: the command may have run.' },
  'supervisor-gone': { outcome: 'lost', says: 'The process that watched the command is gone without a record.', remedy: 'Look at the host: the command may have run in part.' },
  'host-rebooted': { outcome: 'lost', says: 'The host was restarted while the command ran.', remedy: 'Look at the host: the command may have run in part.' },
  'record-missing': { outcome: 'lost', says: 'The record of the command is gone from the host.', remedy: 'Look at the host: the command may have run.' },
} as const satisfies Record<string, { outcome: Outcome; says: string; remedy: string }>;

export type Cause = keyof typeof causes;

/** What one command gave on one host. `code` only with `exited`, `signal` only with `signalled`. Times are RFC 3339 UTC. */
export interface HostResult {
  outcome: Outcome;
  cause: Cause;
  /** One sentence: what was seen here, beyond the cause's own. */
  detail?: string;
  code?: number;
  signal?: string;
  startedAt?: string;
  endedAt?: string;
  /** Bytes that the host wrote per stream, before any cap. */
  bytes?: { stdout: number; stderr: number };
  /** Last bytes of the output, decoded, redacted, at most 2 KiB. */
  tail?: string;
  /** SHA-256 (hex) of each stream as it was shipped. */
  digest?: { stdout: string; stderr: string };
  truncated?: boolean;
}

export function succeeded(result: HostResult): boolean {
  return result.outcome === 'exited' && result.code === 0;
}

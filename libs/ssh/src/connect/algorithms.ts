import type { Algorithms } from 'ssh2';
import type { Target } from './target.js';

// The order is the measured one (cheap first). Left out on purpose: group-exchange (2 s of blocked event loop), SHA-1 everywhere.
const kex = ['curve25519-sha256', 'curve25519-sha256@libssh.org', 'ecdh-sha2-nistp256', 'ecdh-sha2-nistp384', 'ecdh-sha2-nistp521', 'diffie-hellman-group14-sha256', 'diffie-hellman-group16-sha512'];
const ciphers = ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', 'chacha20-poly1305@openssh.com', 'aes128-ctr', 'aes192-ctr', 'aes256-ctr'];
const macs = ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'];
const hostKeys = ['ssh-ed25519', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521', 'rsa-sha2-512', 'rsa-sha2-256'];

/** What is offered to a host: the types of its known keys first, so that it shows one of those. */
export function algorithmsFor(target: Pick<Target, 'keyTypes' | 'kex' | 'ciphers' | 'macs'>): Algorithms {
  const known = target.keyTypes.flatMap((type) => (type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256'] : [type]));
  const wanted = known.filter((type) => hostKeys.includes(type));
  return {
    kex: target.kex ?? kex,
    cipher: target.ciphers ?? ciphers,
    hmac: target.macs ?? macs,
    compress: ['none'],
    serverHostKey: [...new Set([...wanted, ...hostKeys])],
  } as Algorithms;
}

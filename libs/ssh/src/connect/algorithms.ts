import type { Algorithms } from 'ssh2';
import type { Target } from './target.js';

// The order is the measured one (cheap first). Left out on purpose: group-exchange (2 s of blocked event loop), SHA-1 everywhere.
const kex = ['curve25519-sha256', 'curve25519-sha256@libssh.org', 'ecdh-sha2-nistp256', 'ecdh-sha2-nistp384', 'ecdh-sha2-nistp521', 'diffie-hellman-group14-sha256', 'diffie-hellman-group16-sha512'];
const ciphers = ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', 'chacha20-poly1305@openssh.com', 'aes128-ctr', 'aes192-ctr', 'aes256-ctr'];
const macs = ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'];
const hostKeys = ['ssh-ed25519', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521', 'rsa-sha2-512', 'rsa-sha2-256'];

const hostCertificates = hostKeys.map((type) => `${type}-cert-v01@openssh.com`);

/** What Edge offers by itself, and what it can do where an ssh configuration asks for it. */
export const offers = {
  kex: { defaults: kex, supported: [...kex, 'diffie-hellman-group15-sha512', 'diffie-hellman-group17-sha512', 'diffie-hellman-group18-sha512', 'diffie-hellman-group-exchange-sha256', 'diffie-hellman-group14-sha1', 'diffie-hellman-group-exchange-sha1', 'diffie-hellman-group1-sha1'] },
  ciphers: { defaults: ciphers, supported: [...ciphers, 'aes128-cbc', 'aes192-cbc', 'aes256-cbc', '3des-cbc'] },
  macs: { defaults: macs, supported: [...macs, 'hmac-sha1-etm@openssh.com', 'hmac-sha1'] },
  hostKeys: { defaults: [...hostCertificates, ...hostKeys], supported: [...hostCertificates, ...hostKeys, 'ssh-rsa'] },
};

/** What is offered to a host: the types of its known keys first, so that it shows one of those. */
export function algorithmsFor(target: Pick<Target, 'keyTypes' | 'kex' | 'ciphers' | 'macs' | 'hostKeyAlgorithms'>): Algorithms {
  const known = target.keyTypes.flatMap((type) => (type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256'] : [type]));
  const wanted = known.filter((type) => hostKeys.includes(type));
  const configured = target.hostKeyAlgorithms?.filter((type) => !hostCertificates.includes(type));
  return {
    kex: target.kex ?? kex,
    cipher: target.ciphers ?? ciphers,
    hmac: target.macs ?? macs,
    compress: ['none'],
    serverHostKey: configured ?? [...new Set([...wanted, ...hostKeys])],
  } as Algorithms;
}

/** Host certificates to ask for: where an authority is known, and the configuration allows them. */
export function certificateTypes(target: Pick<Target, 'keyTypes' | 'hostKeyAlgorithms'>): string[] {
  return hostCertificates.filter((type) => target.keyTypes.includes(type) && (target.hostKeyAlgorithms?.includes(type) ?? true));
}

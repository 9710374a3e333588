import ssh2 from 'ssh2';

/** A new Ed25519 key pair in OpenSSH's format: private text and public line. */
export function generateKeyPair(comment: string): { privateKey: string; publicKey: string } {
  const pair = ssh2.utils.generateKeyPairSync('ed25519', { comment });
  return { privateKey: pair.private, publicKey: pair.public };
}

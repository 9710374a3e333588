import ssh2 from 'ssh2';

/** A new Ed25519 key pair in OpenSSH's format: private text and public line. Of two hundred that ssh2 1.17.0 makes, one cannot be read, by nobody: then another is made. */
export function generateKeyPair(comment: string): { privateKey: string; publicKey: string } {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519', { comment });
    if (!(ssh2.utils.parseKey(pair.private) instanceof Error)) return { privateKey: pair.private, publicKey: pair.public };
  }
}

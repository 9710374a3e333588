import { readFile } from 'node:fs/promises';
import { parseKnownHosts, type KnownHostLine } from './parse-known-hosts.js';

/** The keys that a RevokedHostKeys file lists, as revocations for every host; a sentence where the file does not say clearly whom it revokes. Never rejects. */
export async function readRevokedKeys(path: string): Promise<KnownHostLine[] | string> {
  try {
    const text = await readFile(path, 'utf8');
    if (text.startsWith('SSHKRL\n')) return `RevokedHostKeys ${path} is a KRL, which Edge does not read: list the revoked public keys one a line`;
    const listed = text.split('\n').map((line) => (/^\s*(?:#|$)/.test(line) ? '' : `@revoked * ${line.trim()}`));
    const { lines, bad } = parseKnownHosts(listed.join('\n'), path);
    return bad.length > 0 ? `RevokedHostKeys cannot be read: ${bad.join('; ')}` : lines;
  } catch (error) {
    return `RevokedHostKeys ${path} cannot be read (${(error as NodeJS.ErrnoException).code})`;
  }
}

import { readFile } from 'node:fs/promises';
import type { KeyRevocationList } from './key-revocation-list.js';
import { parseKeyRevocationList, revocationListMagic } from './parse-key-revocation-list.js';
import { parseKnownHosts, type KnownHostLine } from './parse-known-hosts.js';

/** What a RevokedHostKeys file revokes: `lines` for every host from a list of keys, or a KRL. */
export interface RevokedKeys { lines: KnownHostLine[]; list?: KeyRevocationList }

/** Reads a RevokedHostKeys file; a sentence where it does not say clearly whom it revokes. Never rejects. */
export async function readRevokedKeys(path: string): Promise<RevokedKeys | string> {
  try {
    const bytes = await readFile(path);
    return bytes.toString('latin1').startsWith(revocationListMagic.slice(0, 6)) ? fromList(bytes, path) : fromLines(bytes.toString('utf8'), path);
  } catch (error) {
    return `RevokedHostKeys ${path} cannot be read (${(error as NodeJS.ErrnoException).code})`;
  }
}

function fromList(bytes: Buffer, path: string): RevokedKeys | string {
  const list = parseKeyRevocationList(bytes);
  return typeof list === 'string' ? `RevokedHostKeys ${path} is a KRL that cannot be read (${list}): make it again with ssh-keygen -k` : { lines: [], list };
}

function fromLines(text: string, path: string): RevokedKeys | string {
  const listed = text.split('\n').map((line) => (/^\s*(?:#|$)/.test(line) ? '' : `@revoked * ${line.trim()}`));
  const { lines, bad } = parseKnownHosts(listed.join('\n'), path);
  return bad.length > 0 ? `RevokedHostKeys cannot be read: ${bad.join('; ')}` : { lines };
}

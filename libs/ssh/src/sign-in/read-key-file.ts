import { createPrivateKey, sign } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import ssh2, { type ParsedKey } from 'ssh2';

/** A private key file: the key, or a sentence with file and remedy about why it cannot be used. `blob`: the public key, where it can be told. */
export interface KeyFile { path: string; key?: ParsedKey; blob?: Buffer; problem?: string; missing?: boolean }

/** Reads a private key as OpenSSH does: not if others may read it. Never rejects. */
export async function readKeyFile(path: string, passphrase?: string): Promise<KeyFile> {
  try {
    return await readFound(path, passphrase);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const missing = code === 'ENOENT';
    return { path, missing, problem: missing ? `${path} does not exist` : `${path} cannot be read (${code})`, ...(await publicOf(path)) };
  }
}

async function readFound(path: string, passphrase: string | undefined): Promise<KeyFile> {
  const seen = await stat(path);
  if (seen.uid === process.getuid?.() && (seen.mode & 0o077) !== 0) {
    return { path, problem: `${path} has mode ${(seen.mode & 0o777).toString(8).padStart(4, '0')}: run \`chmod 600 ${path}\``, ...(await publicOf(path)) };
  }
  const content = await readFile(path);
  const parsed = parse(content, passphrase);
  if (parsed instanceof Error) return { path, problem: problemOf(path, { error: parsed, tried: passphrase !== undefined }), ...(await publicOf(path)) };
  if (!parsed.isPrivateKey()) return { path, problem: `${path} is no private key: name the file without .pub`, blob: parsed.getPublicSSH() };
  return { path, key: readOnce(parsed), blob: parsed.getPublicSSH() };
}

/** ssh2 reads a key's text again for every signature, which takes longer than the signature. */
function readOnce(key: ParsedKey): ParsedKey {
  if (key.type !== 'ssh-ed25519') return key;
  const own = createPrivateKey(key.getPrivatePEM());
  return Object.assign(key, { sign: (data: Buffer) => sign(null, data, own) });
}

/** A key that is not encrypted is taken as it is, also where a passphrase is set. */
function parse(content: Buffer, passphrase?: string): ParsedKey | Error {
  const parsed = ssh2.utils.parseKey(content, passphrase);
  return Array.isArray(parsed) ? parsed[0] ?? new Error('It holds no key.') : parsed;
}

function problemOf(path: string, { error, tried }: { error: Error; tried: boolean }): string {
  if (!tried && /encrypted|passphrase/i.test(error.message)) return `${path} is encrypted: set its passphrase, or load it into an agent`;
  if (/passphrase|decrypt|integrity|cipher/i.test(error.message)) return `${path} does not open with the passphrase: correct the passphrase`;
  return `${path} is no private key that can be read: ${error.message}`;
}

/** The public key beside an unusable private one: an agent may hold it. */
async function publicOf(path: string): Promise<{ blob?: Buffer }> {
  const text = await readFile(`${path}.pub`, 'utf8').catch(() => '');
  const [, base64] = /^(?:ssh|ecdsa)-\S+ ([A-Za-z0-9+/=]+)/.exec(text.trim()) ?? [];
  return base64 === undefined ? {} : { blob: Buffer.from(base64, 'base64') };
}

/** A line of known_hosts that can be used. */
export interface KnownHostLine {
  marker?: 'cert-authority' | 'revoked';
  /** Comma-separated patterns, or one `|1|salt|hash`. */
  hosts: string;
  type: string;
  /** Base64 of the public key blob. */
  key: string;
  where: string;
}

/** A line that may take trust away and cannot be read: the hosts that it may mean must not be believed. */
export interface Doubt { hosts: string; sentence: string }

/** `bad`: sentences that name the lines which cannot be used; they trust nobody. */
export interface KnownHosts { lines: KnownHostLine[]; bad: string[]; doubts: Doubt[] }

const keyTypes = /^(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-nistp(?:256|384|521)|sk-ssh-ed25519@openssh\.com|sk-ecdsa-sha2-nistp256@openssh\.com)$/;

/** Reads a known_hosts file's text. `file` is for messages. */
export function parseKnownHosts(text: string, file: string): KnownHosts {
  const found: KnownHosts = { lines: [], bad: [], doubts: [] };
  text.split('\n').forEach((raw, index) => {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) return;
    const where = `${file}:${index + 1}`;
    const read = readLine(line, where);
    if (typeof read !== 'string') return void found.lines.push(read);
    found.bad.push(`${where}: ${read}`);
    if (/^@(?!cert-authority[ \t])/.test(line)) found.doubts.push({ hosts: doubtedHosts(line), sentence: `${where} revokes a key, and ${read}` });
  });
  return found;
}

/** Whom an unreadable line may mean: everybody, where that cannot be read either. */
function doubtedHosts(line: string): string {
  const hosts = line.split(/[ \t]+/)[1] ?? '';
  return hosts === '' || hosts.startsWith('|') ? '*' : hosts;
}

function readLine(line: string, where: string): KnownHostLine | string {
  const words = line.split(/[ \t]+/);
  const marker = words[0]!.startsWith('@') ? words.shift()! : undefined;
  if (marker !== undefined && marker !== '@cert-authority' && marker !== '@revoked') return `the marker ${marker} is not known`;
  const [hosts = '', type = '', key = ''] = words;
  if (hosts.startsWith('|') && !/^\|1\|[A-Za-z0-9+/]{27}=\|[A-Za-z0-9+/]{27}=$/.test(hosts)) return 'the hashed name cannot be read';
  if (!keyTypes.test(type)) return `the key type "${type}" is not known`;
  if (!isKeyOf(type, key)) return 'the key cannot be read';
  return { ...(marker ? { marker: marker.slice(1) as 'cert-authority' | 'revoked' } : {}), hosts, type, key, where };
}

/** Canonical base64 of a blob whose own name is the type's. */
function isKeyOf(type: string, key: string): boolean {
  const blob = Buffer.from(key, 'base64');
  if (blob.toString('base64') !== key || blob.length < 4 + type.length + 4) return false;
  return blob.readUInt32BE(0) === type.length && blob.toString('latin1', 4, 4 + type.length) === type;
}

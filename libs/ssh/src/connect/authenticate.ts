import ssh2, { type AnyAuthMethod, type AuthHandlerMiddleware, type Client, type ParsedKey } from 'ssh2';
import type { HandshakeTrace } from './handshake-failure.js';
import type { Target } from './target.js';

// sshd counts failures (MaxAuthTries 6), accounts lock: three ways are enough.
const maxAttempts = 3;

/** Offers the target's ways one after another and notes which were tried; never `none`, which costs a slow round trip. */
export function authHandler(target: Target, trace: HandshakeTrace): AuthHandlerMiddleware {
  const ways = target.auth.slice(0, maxAttempts);
  return (left, _partial, next) => {
    const way = nextWay(ways, left);
    if (!way) return next(false as unknown as AnyAuthMethod);
    trace.tried.push(way.type);
    next(way);
  };
}

function nextWay(ways: AnyAuthMethod[], left: readonly string[] | null): AnyAuthMethod | undefined {
  for (let way = ways.shift(); way; way = ways.shift()) {
    const method = way.type === 'agent' ? 'publickey' : way.type;
    if (!left || left.includes(method)) return way;
  }
  return undefined;
}

interface KeyRequests { authPK(user: string, key: ParsedKey, algorithm?: string, sign?: Signer): void }
type Signer = (data: Buffer, done: (signature: Buffer) => void) => void;

/**
 * Sends the signature with the first publickey request instead of asking whether the key would do: OpenSSH delays every question by 5 ms or more.
 * Only for keys with one signature algorithm; the rest asks as before.
 */
export function signAtOnce(client: Client, target: Target): void {
  const protocol = (client as unknown as { _protocol?: KeyRequests })._protocol;
  if (!protocol || typeof protocol.authPK !== 'function' || target.auth.every((way) => way.type !== 'publickey')) return;
  const original = protocol.authPK.bind(protocol);
  protocol.authPK = (user, key, algorithm, sign) => {
    const direct = sign ?? (algorithm === undefined && typeof key.isPrivateKey === 'function' && key.isPrivateKey() ? signerOf(key) : undefined);
    original(user, key, algorithm, direct);
  };
}

function signerOf(key: ParsedKey): Signer {
  return (data, done) => {
    const signature: unknown = key.sign(data);
    if (signature instanceof Error) throw signature;
    done(signature as Buffer);
  };
}

/** A private key, or why it cannot be used. */
export function readPrivateKey(text: string | Buffer, passphrase?: string): ParsedKey | Error {
  const parsed = ssh2.utils.parseKey(text, passphrase);
  if (parsed instanceof Error) return parsed;
  return Array.isArray(parsed) ? parsed[0]! : parsed;
}

import type { AnyAuthMethod, AuthHandlerMiddleware, Client, ParsedKey } from 'ssh2';
import { certificateOf, certifiedRequest } from '../sign-in/certified-key.js';
import { answerOnce } from './answer-once.js';
import type { HandshakeTrace } from './handshake-failure.js';
import type { Target } from './target.js';

// sshd's MaxAuthTries.
const maxAttempts = 6;

/** Offers the target's ways one after another and notes which were tried; never `none`, which costs a slow round trip. `giveUp` ends the connection with a sentence. */
export function authHandler(target: Target, trace: HandshakeTrace, giveUp: (why: string) => void): AuthHandlerMiddleware {
  const ways = target.auth.slice(0, maxAttempts).map((way) => (way.type === 'keyboard-interactive' ? answerOnce(way, trace, giveUp) : way));
  return (left, partial, next) => {
    const way = nextWay(ways, { left, trace, partial: partial === true });
    if (!way) return next(false as unknown as AnyAuthMethod);
    trace.tried.push(way.type);
    next(way);
  };
}

interface Asked { left: readonly string[] | null; trace: HandshakeTrace; partial: boolean }

function nextWay(ways: AnyAuthMethod[], so: Asked): AnyAuthMethod | undefined {
  for (let way = ways.shift(); way; way = ways.shift()) {
    const method = way.type === 'agent' ? 'publickey' : way.type;
    if (isRefusedPassword(way, so)) continue;
    if (!so.left || so.left.includes(method)) return way;
  }
  return undefined;
}

/** The host took this password and refused it: the same one the other way would only bring the account nearer to its lock. */
function isRefusedPassword(way: AnyAuthMethod, { left, trace: { tried, passwordGiven }, partial }: Asked): boolean {
  if (partial) return false;
  if (way.type === 'password') return tried.at(-1) === 'keyboard-interactive' && passwordGiven === true;
  return way.type === 'keyboard-interactive' && tried.at(-1) === 'password' && (left?.includes('password') ?? false);
}

interface KeyRequests {
  authPK(user: string, key: ParsedKey, algorithm?: string, sign?: Signer): void;
  _kex: { sessionID: Buffer };
  _authsQueue: string[];
  _packetRW: { write: { allocStart: number; alloc(bytes: number): Buffer; finalize(packet: Buffer): Buffer } };
  _cipher: { encrypt(packet: Buffer): void };
}
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
    const certificate = certificateOf(key);
    if (certificate) return sendRequest(protocol, certifiedRequest({ user, key, certificate, sessionId: protocol._kex.sessionID }));
    const direct = sign ?? (algorithm === undefined && typeof key.isPrivateKey === 'function' && key.isPrivateKey() ? signerOf(key) : undefined);
    original(user, key, algorithm, direct);
  };
}

function sendRequest(protocol: KeyRequests, request: Buffer): void {
  const { write } = protocol._packetRW;
  const start = write.allocStart;
  const packet = write.alloc(request.length);
  packet.set(request, start);
  protocol._authsQueue.push('publickey');
  protocol._cipher.encrypt(write.finalize(packet));
}

function signerOf(key: ParsedKey): Signer {
  return (data, done) => {
    const signature: unknown = key.sign(data);
    if (signature instanceof Error) throw signature;
    done(signature as Buffer);
  };
}

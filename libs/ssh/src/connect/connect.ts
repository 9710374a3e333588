import type { Duplex } from 'node:stream';
import ssh2, { type Client } from 'ssh2';
import { algorithmsFor, certificateTypes } from './algorithms.js';
import { authHandler, signAtOnce } from './authenticate.js';
import { parseCertificate } from '../host-keys/parse-certificate.js';
import { handshakeFailure, type HandshakeTrace } from './handshake-failure.js';
import { offerCertificates, useCertifiedKey } from './host-certificates.js';
import type { HostKeyVerdict } from './host-key-verdict.js';
import type { Target } from './target.js';

/**
 * Shakes hands over an open stream and signs in.
 * The key is judged before any authentication byte; only the literal `trusted` passes. Rejects with `ConnectFailure`.
 */
export function connectOver(stream: Duplex, target: Target): Promise<Client> {
  const client = new ssh2.Client();
  const trace: HandshakeTrace = { tried: [], handshaken: false, first: '' };
  return new Promise((resolve, reject) => {
    let settled = false;
    const fail = (error: Error) => {
      if (settled) return;
      settled = true;
      stream.destroy();
      reject(handshakeFailure(error, target, trace));
    };
    client.on('error', fail);
    client.on('close', () => fail(new Error('The host closed the connection.')));
    client.on('change password', () => fail(new Error('The password has expired: change it on the host')));
    client.on('handshake', () => { trace.handshaken = true; });
    client.on('ready', () => {
      settled = true; // `fail` stays: an error before anybody else listens would end the process
      resolve(client);
    });
    try {
      start(client, stream, { target, trace, giveUp: (why) => fail(new Error(why)) });
    } catch (error) {
      fail(error instanceof Error ? error : new Error(String(error)));
    }
  });
}

function start(client: Client, stream: Duplex, { target, trace, giveUp }: { target: Target; trace: HandshakeTrace; giveUp: (why: string) => void }): void {
  client.connect({
    sock: stream,
    username: target.user,
    readyTimeout: target.connectTimeoutMs * 2,
    keepaliveInterval: target.keepaliveIntervalMs,
    keepaliveCountMax: target.keepaliveCountMax,
    algorithms: algorithmsFor(target),
    hostVerifier: (blob: Buffer): boolean => {
      const verdict = judged(target, blob);
      trace.judged = { verdict, blob };
      if (verdict !== 'trusted') return false;
      const certificate = parseCertificate(blob);
      if (certificate) useCertifiedKey(client, certificate);
      return true;
    },
    authHandler: authHandler(target, trace, giveUp),
  });
  stream.once('data', (bytes: Buffer) => { trace.first = bytes.toString('latin1', 0, 2048); });
  client.setNoDelay(true);
  offerCertificates(client, certificateTypes(target));
  signAtOnce(client, target);
}

/** A judge that throws trusts nobody. */
function judged(target: Target, blob: Buffer): HostKeyVerdict {
  try {
    return target.judgeKey(blob);
  } catch {
    return 'unknown';
  }
}

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AnyAuthMethod } from 'ssh2';
import { authHandler } from './authenticate.js';
import type { HandshakeTrace } from './handshake-failure.js';
import type { Target } from './target.js';

const targetWith = (auth: AnyAuthMethod[]): Target => ({ name: 'h', address: 'h', port: 22, user: 'u', judgeKey: () => 'trusted', keyTypes: [], auth, connectTimeoutMs: 1, keepaliveIntervalMs: 1, keepaliveCountMax: 1 });
const way = (type: string) => ({ type, username: 'u' }) as unknown as AnyAuthMethod;

/** The ways that are tried at a host which refuses everything and always offers `left`. */
function triedAt(types: string[], left: string[], partial = false): string[] {
  const trace: HandshakeTrace = { tried: [], handshaken: true, first: '' };
  const handler = authHandler(targetWith(types.map(way)), trace, () => undefined);
  for (let asked = 0, more = true; more; asked += 1) {
    handler(asked === 0 ? (null as unknown as []) : (left as []), partial, (next) => { more = (next as unknown) !== false; });
  }
  return trace.tried;
}

describe('the order of sign-in', () => {
  it('sends a refused password only once', () => {
    expect(triedAt(['password', 'keyboard-interactive'], ['password', 'keyboard-interactive'])).toEqual(['password']);
  });

  it('answers keyboard-interactive where the host takes no passwords', () => {
    expect(triedAt(['password', 'keyboard-interactive'], ['keyboard-interactive'])).toEqual(['password', 'keyboard-interactive']);
  });

  it('goes on with keyboard-interactive where the password was one part of two', () => {
    expect(triedAt(['password', 'keyboard-interactive'], ['password', 'keyboard-interactive'], true)).toEqual(['password', 'keyboard-interactive']);
  });

  it('passes over what the host does not take', () => {
    expect(triedAt(['publickey', 'agent', 'publickey', 'password'], ['password'])).toEqual(['publickey', 'password']);
  });

  it('never makes more than six attempts, nor more than one with a password the host refused', () => {
    const types = fc.array(fc.constantFrom('publickey', 'agent'), { maxLength: 12 });
    const left = fc.subarray(['publickey', 'password', 'keyboard-interactive']);
    fc.assert(fc.property(types, left, (keys, offered) => {
      const tried = triedAt([...keys, 'password', 'keyboard-interactive'], offered);
      expect(tried.length).toBeLessThanOrEqual(6);
      expect(tried.filter((type) => type === 'password').length).toBeLessThanOrEqual(1);
      expect(tried.filter((type) => type === 'keyboard-interactive').length).toBeLessThanOrEqual(1);
    }));
  });
});

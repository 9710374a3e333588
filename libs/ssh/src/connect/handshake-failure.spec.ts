import { describe, expect, it } from '@jest/globals';
import { handshakeFailure } from './handshake-failure.js';
import type { Target } from './target.js';

const target = { name: 'web-01', address: '127.0.0.1', port: 22, user: 'deploy' } as Target;
const failure = (level: string, tried: string[]) => handshakeFailure(Object.assign(new Error('Timed out while waiting for handshake'), { level }), target, { tried, handshaken: tried.length > 0, first: 'SSH-2.0-x' });

describe('the cause of a failed handshake', () => {
  it('is a timeout where the host never answers a sign-in, not a refusal', () => {
    expect(failure('client-timeout', ['publickey'])).toMatchObject({ cause: 'connect-timeout', message: expect.stringContaining('did not finish the sign-in in time') });
  });
  it('is a timeout where the host never finishes the key exchange', () => {
    expect(failure('client-timeout', [])).toMatchObject({ cause: 'connect-timeout', message: expect.stringContaining('did not finish the handshake in time') });
  });
  it('is a refusal where the host says no to all that was tried', () => {
    expect(failure('client-authentication', ['publickey', 'password'])).toMatchObject({ cause: 'auth-failed', message: expect.stringContaining('refused: publickey, password') });
  });
});

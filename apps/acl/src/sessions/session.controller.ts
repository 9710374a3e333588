import { Body, Controller, Req, Res } from '@nestjs/common';
import { errors } from '@edge/contracts';
import { SessionBody } from '@edge/contracts/messages';
import { cookieName, cookieOf, type EdgeReply, type EdgeRequest, Handles } from '@edge/nest';
import { Audit } from '@edge/ports';
import { callerOf } from '../acl.service.js';
import { People } from '../people/people.js';
import { TokenStore } from '../tokens/token-store.js';
import { SessionStore, sessionMs } from './session-store.js';
import { SignInLimits } from './sign-in-limits.js';

interface SignedIn { subject: string; name: string; token?: string }

@Controller()
export class SessionController {
  constructor(private readonly sessions: SessionStore, private readonly people: People, private readonly tokens: TokenStore, private readonly limits: SignInLimits, private readonly audit: Audit) {}

  @Handles('signIn')
  async signIn(@Body() body: SessionBody, @Req() request: EdgeRequest, @Res({ passthrough: true }) reply: EdgeReply): Promise<{ subject: string; name: string; expires_at: string }> {
    const attempt = { address: request.ip, ...(body.name === undefined ? {} : { name: body.name }) };
    this.limits.demand(attempt);
    const who = await this.who(body);
    if (!who) {
      this.limits.failed(attempt);
      throw errors.unauthenticated('This is not known, has expired, or was used.');
    }
    const { secret, expiresAt } = await this.sessions.open({ subject: who.subject, ...(who.token ? { token: who.token } : {}) });
    await this.audit.write({ subject: who.subject, what: 'session.opened', allowed: true, from: request.ip, via: 'console' });
    void reply.header('set-cookie', cookie(request, secret, sessionMs / 1000));
    return { subject: who.subject, name: who.name, expires_at: expiresAt };
  }

  @Handles('signOut')
  async signOut(@Req() request: EdgeRequest, @Res({ passthrough: true }) reply: EdgeReply): Promise<void> {
    const secret = cookieOf(request.headers.cookie, cookieName(request));
    if (secret) await this.sessions.close(secret);
    void reply.header('set-cookie', cookie(request, '', 0));
  }

  private async who({ token, code, name, password }: SessionBody): Promise<SignedIn | undefined> {
    if ([token, code, name].filter((one) => one !== undefined).length !== 1) throw errors.invalid('Send a token, a code, or name and password.', [{ pointer: '', detail: 'Exactly one of "token", "code", "name" is needed.' }]);
    if (token !== undefined) {
      const found = await this.tokens.find(token);
      return found && { ...callerOf(found.stored), token: found.id };
    }
    if (code !== undefined) return this.bySubject(await this.sessions.redeem(code));
    const person = await this.people.signedIn(name ?? '', password ?? '');
    return person && { subject: `user:${person.name}`, name: person.title ?? person.name };
  }

  private async bySubject(subject: string | undefined): Promise<SignedIn | undefined> {
    const person = subject === undefined ? undefined : await this.people.get(subject.replace(/^user:/, ''));
    return person && { subject: `user:${person.id}`, name: person.document.title ?? person.id };
  }
}

function cookie(request: EdgeRequest, value: string, maxAgeSeconds: number): string {
  const secure = request.protocol === 'https' ? '; Secure' : '';
  return `${cookieName(request)}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAgeSeconds}${secure}`;
}

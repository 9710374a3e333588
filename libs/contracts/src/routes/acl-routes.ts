import { owned } from './route.js';

/** Who is it, may she, and who did what. */
export const aclRoutes = owned('acl', {
  showMe: { method: 'GET', path: '/api/v1/me', needs: 'signed-in', scope: 'handler', about: 'Who I am, my grants, and my spaces with what runs there.', answers: { 200: '`{subject, name, spaces, grants}`.' } },
  signIn: { method: 'POST', path: '/api/v1/session', needs: 'open', scope: 'handler', body: 'SessionBody', about: 'Sign in by token, one-time code, or name and password; sets the session cookie.', answers: { 200: '`{subject, name, expires_at}`.', 401: 'Not known.', 429: 'Too many attempts.' } },
  signOut: { method: 'DELETE', path: '/api/v1/session', needs: 'signed-in', scope: 'handler', about: 'Sign out.', answers: { 204: 'Signed out.' } },
  listTokens: { method: 'GET', path: '/api/v1/tokens', needs: 'signed-in', scope: 'handler', query: 'PageQuery', about: 'API tokens that the caller may manage; never a token itself.', answers: { 200: 'A page of tokens.' } },
  createToken: { method: 'POST', path: '/api/v1/tokens', needs: 'signed-in', scope: 'handler', body: 'TokenBody', about: 'Make an API token; it is shown once.', answers: { 201: '`{id, name, token, expires_at}`.' } },
  revokeToken: { method: 'DELETE', path: '/api/v1/tokens/:token', needs: 'signed-in', scope: 'handler', about: 'Revoke an API token.', answers: { 204: 'Revoked.' } },
  listIdentities: { method: 'GET', path: '/api/v1/identities', needs: 'manage-platform', scope: 'platform', query: 'PageQuery', about: 'Local people.', answers: { 200: 'A page of people.' } },
  createIdentity: { method: 'POST', path: '/api/v1/identities', needs: 'manage-platform', scope: 'platform', body: 'IdentityBody', about: 'Add a person.', answers: { 201: 'Added.' } },
  showIdentity: { method: 'GET', path: '/api/v1/identities/:identity', needs: 'manage-platform', scope: 'platform', about: 'Show a person.', answers: { 200: 'The person.' } },
  putIdentity: { method: 'PUT', path: '/api/v1/identities/:identity', needs: 'manage-platform', scope: 'platform', body: 'IdentityBody', about: 'Change a person; a new password ends their sessions.', answers: { 200: 'Stored.' } },
  deleteIdentity: { method: 'DELETE', path: '/api/v1/identities/:identity', needs: 'manage-platform', scope: 'platform', about: 'Remove a person and their sessions.', answers: { 204: 'Removed.' } },
  checkAccess: { method: 'POST', path: '/api/v1/access/check', needs: 'signed-in', scope: 'handler', body: 'AccessCheckBody', readOnly: true, about: 'May X do Y, and why?', answers: { 200: '`{allowed, why}`.' } },
  listAudit: { method: 'GET', path: '/api/v1/audit', needs: 'audit', scope: 'platform', query: 'AuditQuery', about: 'Who did what, newest first.', answers: { 200: 'A page of entries.' } },
  verifyAudit: { method: 'GET', path: '/api/v1/audit/verify', needs: 'audit', scope: 'platform', about: 'Check that nobody changed, removed or cut the audit.', answers: { 200: '`{ok, entries, problem?}`.' } },
});

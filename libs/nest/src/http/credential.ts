import { errors } from '@edge/contracts';
import type { FastifyRequest } from 'fastify';

/** With https `__Host-`, which no neighbour can set; over plain http on loopback a browser refuses that name. */
export function cookieName(request: Pick<FastifyRequest, 'protocol'>): string {
  return request.protocol === 'https' ? '__Host-edge' : 'edge-session';
}

/** The bearer token or the session cookie of a request; a bearer token wins. */
export function credentialOf(request: FastifyRequest): { bearer?: string; cookie?: string } {
  const [, bearer] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
  if (bearer) return { bearer };
  const cookie = cookieOf(request.headers.cookie, cookieName(request));
  return cookie ? { cookie } : {};
}

export function cookieOf(header: string | undefined, name: string): string | undefined {
  const pair = (header ?? '').split(';').map((part) => part.trim()).find((part) => part.startsWith(`${name}=`));
  return pair?.slice(name.length + 1) || undefined;
}

const harmless = new Set(['GET', 'HEAD', 'OPTIONS']);

/** A session cookie comes along with requests of foreign pages too: what changes something must come from our own. */
export function demandSameOrigin(request: FastifyRequest): void {
  if (harmless.has(request.method)) return;
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') throw errors.forbidden('to act from our own pages (Sec-Fetch-Site)');
  const { origin } = request.headers;
  if (site === 'same-origin' && origin === undefined) return;
  if (origin === undefined || !URL.canParse(origin) || new URL(origin).host !== request.host) throw errors.forbidden('to act from our own pages (Origin)');
}

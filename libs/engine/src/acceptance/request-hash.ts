import { hash } from 'node:crypto';
import { type ActionDocument, canonicalJson, type RunRequest, type StartRequest } from '@edge/contracts';
import type { Documents } from '@edge/ports';

const sha256 = (text: string) => hash('sha256', text);

/** The same caller, place and body give the same hash; the key under which it was sent, and how it is to be handled, are no part of it. */
export function requestHash(subject: string, request: StartRequest | RunRequest): string {
  const { idempotencyKey: _, unknownHosts: __, ...body } = request as RunRequest;
  return sha256(canonicalJson({ subject, body }));
}

/** Document of an Idempotency-Key: keys belong to a subject and a path. */
export function keyDocument(subject: string, request: StartRequest | RunRequest, key: string): string {
  const path = 'command' in request ? ['commands', request.space] : [request.space, request.project, request.type];
  return `key:${sha256(canonicalJson([subject, path, key]))}`;
}

/** Document that remembers the newest action of a request without a key. */
export function sameDocument(hash: string): string {
  return `same:${hash}`;
}

/** Equal requests are no longer answered with this action. If another was accepted for them meanwhile, that one stays. */
export async function forgetSame(documents: Documents, { id, requestHash: hash }: ActionDocument): Promise<undefined> {
  const same = await documents.get<{ action: string }>('idempotency', sameDocument(hash));
  if (same?.document.action === id) await documents.write([{ collection: 'idempotency', id: same.id, document: null, ifVersion: same.version }]);
}

export function configHash(values: object): string {
  return sha256(canonicalJson(values));
}

import { errors } from '@edge/contracts';

const longestKey = 255;

/** The Idempotency-Key of a request. An empty one is an empty variable in CI: taken for none, it would start twice what it should start once. */
export function givenKey({ 'idempotency-key': key }: Record<string, string | undefined>): { idempotencyKey?: string } {
  if (key === undefined) return {};
  if (key.trim() === '' || key.length > longestKey) throw errors.badRequest(`Idempotency-Key is ${key.trim() === '' ? 'blank' : `longer than ${longestKey} characters`}. Send a new UUID for a new request, or leave the header out.`);
  return { idempotencyKey: key };
}

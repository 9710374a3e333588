import { errors } from '@edge/contracts';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** JSON and its kin are read; anything else is 415. No body at all is an empty object. */
export function readJsonBodies(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(/^application\/([\w.-]+\+)?json\b/, { parseAs: 'buffer' }, (_request: FastifyRequest, body: Buffer, done) => {
    try {
      done(null, parsed(body));
    } catch (error) {
      done(error as Error);
    }
  });
}

function parsed(body: Buffer): unknown {
  if (body.length === 0) return {};
  let text: string;
  try {
    text = utf8.decode(body);
  } catch {
    throw errors.badRequest('The body is not UTF-8.');
  }
  try {
    return suspicious.test(text) ? JSON.parse(text, demandSound) : JSON.parse(text);
  } catch (error) {
    throw errors.badRequest(error instanceof RangeError ? 'The body is nested too deeply.' : `The body is not valid JSON: ${(error as Error).message}`);
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Without one of these nothing unsound can be in a text that was UTF-8. */
const suspicious = /\\u|__proto__|constructor/;

const loneSurrogate = /\p{Surrogate}/u;

/** What no store keeps and no other program reads: halves of characters; and what would reach into objects themselves. */
function demandSound(key: string, value: unknown): unknown {
  if (key === '__proto__' || key === 'constructor') throw new SyntaxError(`"${key}" is no field.`);
  if (loneSurrogate.test(key) || (typeof value === 'string' && loneSurrogate.test(value))) throw new SyntaxError('a text has half a character (a lone surrogate).');
  return value;
}

import { errors } from '@edge/contracts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { EdgeRequest } from './edge-request.js';

export interface Page<T> { items: T[]; next_cursor?: string }

export const defaultLimit = 100;

/** An id as an opaque cursor. */
export function cursorOf(id: string): string {
  return Buffer.from(id).toString('base64url');
}

/** The id behind a cursor; undefined without one. */
export function idOf(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const id = Buffer.from(cursor, 'base64url').toString('utf8');
  if (id === '' || cursorOf(id) !== cursor) throw foreignCursor();
  return id;
}

const foreignCursor = () => errors.invalidField('/cursor', 'The cursor is none of ours.', 'Take next_cursor of the page before.');

/** Reads on until the page is full of what the caller may see. `fetch` answers rows beyond an id, in order. */
export async function fillPage<T extends { id: string }>(
  { limit = defaultLimit, cursor }: { limit?: number; cursor?: string },
  { fetch, keep = async () => true }: { fetch: (after: string | undefined, limit: number) => Promise<T[]>; keep?: (row: T) => Promise<boolean> },
): Promise<{ rows: T[]; next_cursor?: string }> {
  const rows: T[] = [];
  let after = idOf(cursor);
  for (;;) {
    const found = await fetch(after, limit + 1);
    for (const row of found) {
      if (!(await keep(row))) continue;
      if (rows.length === limit) return { rows, next_cursor: cursorOf(rows.at(-1)!.id) };
      rows.push(row);
    }
    if (found.length <= limit) return { rows };
    after = found.at(-1)!.id;
  }
}

/** One page of what is there as a whole. */
export function pageOf<T>(all: readonly T[], { limit = defaultLimit, cursor, idOfItem }: { limit?: number; cursor?: string; idOfItem: (item: T) => string }): Page<T> {
  const after = idOf(cursor);
  const start = after === undefined ? 0 : all.findIndex((item) => idOfItem(item) === after) + 1;
  if (after !== undefined && start === 0) throw foreignCursor();
  const items = all.slice(start, start + limit);
  return { items, ...(start + items.length < all.length ? { next_cursor: cursorOf(idOfItem(items.at(-1)!)) } : {}) };
}

/** Says in a `Link` header where the next page is, and answers the page. */
export function linked<T>(request: EdgeRequest, reply: FastifyReply, page: Page<T>): Page<T> {
  if (page.next_cursor) {
    const url = new URL(request.url, 'http://edge');
    url.searchParams.set('cursor', page.next_cursor);
    void reply.header('link', `<${url.pathname}${url.search}>; rel="next"`);
  }
  return page;
}

/** Whatever page is answered says where the next one is. */
export function linkPages(fastify: FastifyInstance): void {
  fastify.addHook('preSerialization', async (request: FastifyRequest, reply: FastifyReply, answer: unknown) => {
    const next = (answer as { next_cursor?: unknown } | null)?.next_cursor;
    if (typeof next === 'string') linked(request as EdgeRequest, reply, { items: [], next_cursor: next });
    return answer;
  });
}

import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@elastic/elasticsearch';
import { errors } from '@edge/contracts';
import type { BulkItem } from './bulk-item.js';
import { elasticFailure, reasonOf, statusOf } from './elastic-failure.js';

export interface Refused { id: string; reason: string }

/** `tooMuch`: the whole request was turned away, or the connection broke in it; a smaller one may pass. */
interface Outcome { refused: Refused[]; again: BulkItem[]; why?: string; tooMuch?: boolean }

const firstPauseMs = 200;
const longestPauseMs = 5000;

/**
 * Sends documents until each is in, or refused for good, one answer per document: a bulk that "succeeds" may hold failures.
 * Busy, read-only or away: only those again, in growing pauses, until the patience ends.
 * @throws EdgeError `unavailable`: what is left must be sent again later; sending all again is harmless
 */
export async function sendBulk(client: Client, items: BulkItem[], patienceMs: number): Promise<Refused[]> {
  const until = performance.now() + patienceMs;
  const refused: Refused[] = [];
  let [left, size, pauseMs] = [items, items.length, firstPauseMs];
  while (left.length > 0) {
    const outcome = await sendOnce(client, left.slice(0, size));
    refused.push(...outcome.refused);
    left = [...outcome.again, ...left.slice(size)];
    if (outcome.again.length === 0) continue;
    if (performance.now() + pauseMs > until) throw errors.unavailable(`Elasticsearch did not take ${left.length} of ${items.length} log documents: ${outcome.why}`);
    await pause(pauseMs * (0.75 + Math.random() / 2));
    pauseMs = Math.min(2 * pauseMs, longestPauseMs);
    if (outcome.tooMuch) size = Math.ceil(Math.min(size, left.length) / 2);
  }
  return refused;
}

async function sendOnce(client: Client, items: BulkItem[]): Promise<Outcome> {
  try {
    const { items: answers } = await client.bulk({ operations: items.flatMap(({ action, source }) => [action, source]) });
    return sort(items, answers.map((answer) => answer.create ?? answer.index));
  } catch (error) {
    const status = statusOf(error);
    if (status === 413 || status === 400) return halve(client, items, reasonOf(error));
    return { refused: [], again: items, why: elasticFailure(error).detail, tooMuch: status === 429 || status === undefined };
  }
}

/** A request that is too large or holds one document that spoils it: its halves; a single document is refused. */
async function halve(client: Client, items: BulkItem[], reason: string): Promise<Outcome> {
  if (items.length <= 1) return { refused: items.map(({ id }) => ({ id, reason })), again: [] };
  const half = Math.ceil(items.length / 2);
  const [one, two] = [await sendOnce(client, items.slice(0, half)), await sendOnce(client, items.slice(half))];
  return { refused: [...one.refused, ...two.refused], again: [...one.again, ...two.again], why: one.why ?? two.why ?? reason };
}

interface Answer { status: number; error?: { type: string; reason?: string | null; caused_by?: { reason?: string | null } } }

function sort(items: BulkItem[], answers: (Answer | undefined)[]): Outcome {
  const outcome: Outcome = { refused: [], again: [] };
  for (const [at, item] of items.entries()) {
    const answer = answers[at];
    const fate = answer ? fateOf(answer) : 'again';
    const reason = answer?.error ? sentence(answer.error) : 'no answer';
    if (fate === 'refused') outcome.refused.push({ id: item.id, reason });
    if (fate === 'again') { outcome.again.push(item); outcome.why ??= reason; }
  }
  return outcome;
}

/** 409: it is there already, in this version or a newer one. 400: no server will ever take it. Everything else is the server's state: busy, read-only, not allowed, no index. */
function fateOf({ status }: Answer): 'in' | 'refused' | 'again' {
  if (status < 300 || status === 409) return 'in';
  return status === 400 || status === 413 ? 'refused' : 'again';
}

const sentence = ({ type, reason, caused_by: cause }: NonNullable<Answer['error']>): string => [reason ?? type, cause?.reason].filter(Boolean).join(': ');

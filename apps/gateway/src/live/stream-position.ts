/** How far each stream of output was sent (its key → the byte behind the last one), of commands that a reader still awaits something of. */
export type SentStreams = ReadonlyMap<string, { to: number; ended: boolean }>;

/**
 * Where a reader of an action's events is: the last fact (journal position and number within it), the last output chunk,
 * and how far each stream was sent; without `sent` nobody knows.
 */
export interface StreamPosition { seq: number; part: number; output?: bigint; sent?: SentStreams }

export const streamStart: StreamPosition = { seq: -1, part: -1, sent: new Map() };

/** Of more streams at once an id says nothing: it comes with every event, and goes into one header. */
export const mostStreams = 200;

/** Opaque to callers: the `id` of a server-sent event. */
export function encodePosition(action: string, { seq, part, output, sent }: StreamPosition): string {
  return [action, seq, part, output ?? '', encodeSent(sent)].join('.');
}

/** The position behind a `Last-Event-ID`: the start without one, undefined for one that this action's stream never sent. */
export function decodePosition(action: string, id: string | undefined): StreamPosition | undefined {
  if (!id) return streamStart;
  const [, of, seq, part, output, sent] = /^([^.]+)\.(-1|\d{1,9})\.(-1|\d{1,9})\.(\d{0,20})(?:\.([\w~!*-]*))?$/.exec(id) ?? [];
  if (of !== action) return undefined;
  return { seq: Number(seq), part: Number(part), ...(output ? { output: BigInt(output) } : {}), ...decodeSent(sent) };
}

function encodeSent(sent: SentStreams | undefined): string {
  if (!sent) return '*';
  return [...sent].map(([key, { to, ended }]) => `${key}~${to.toString(36)}${ended ? '!' : ''}`).join('~');
}

/** Ids of before the streams were in them say as little as those of too many streams. */
function decodeSent(text: string | undefined): { sent?: SentStreams } {
  if (text === undefined || text.includes('*')) return {};
  const streams = [...text.matchAll(/([\w-]+)~([0-9a-z]{1,10})(!?)/g)].map(([, key, to, ended]) => [key!, { to: parseInt(to!, 36), ended: ended === '!' }] as const);
  return { sent: new Map(streams) };
}

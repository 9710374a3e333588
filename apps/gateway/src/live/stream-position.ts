/** Where a reader of an action's events is: the last fact (journal position and number within it) and the last output chunk. */
export interface StreamPosition { seq: number; part: number; output?: bigint }

export const streamStart: StreamPosition = { seq: -1, part: -1 };

/** Opaque to callers: the `id` of a server-sent event. */
export function encodePosition(action: string, { seq, part, output }: StreamPosition): string {
  return [action, seq, part, output ?? ''].join('.');
}

/** The position behind a `Last-Event-ID`: the start without one, undefined for one that this action's stream never sent. */
export function decodePosition(action: string, id: string | undefined): StreamPosition | undefined {
  if (!id) return streamStart;
  const [, of, seq, part, output] = /^([^.]+)\.(-1|\d{1,9})\.(-1|\d{1,9})\.(\d{0,20})$/.exec(id) ?? [];
  if (of !== action) return undefined;
  return { seq: Number(seq), part: Number(part), ...(output ? { output: BigInt(output) } : {}) };
}

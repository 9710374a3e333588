/** Where a reader of an action's events is: the last fact (journal position and number within it) and the last output chunk. */
export interface StreamPosition { seq: number; part: number; output?: bigint }

export const streamStart: StreamPosition = { seq: -1, part: -1 };

/** Opaque to callers: the `id` of a server-sent event. */
export function encodePosition({ seq, part, output }: StreamPosition): string {
  return [seq, part, output ?? ''].join('.');
}

/** The position behind a `Last-Event-ID`; the start when there is none or it is not ours. */
export function decodePosition(id: string | undefined): StreamPosition {
  const [, seq, part, output] = /^(-?\d+)\.(-?\d+)\.(\d*)$/.exec(id ?? '') ?? [];
  if (seq === undefined || part === undefined) return streamStart;
  return { seq: Number(seq), part: Number(part), ...(output ? { output: BigInt(output) } : {}) };
}

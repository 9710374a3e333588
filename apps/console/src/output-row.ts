/** A piece of a stream as it comes live: `offset` is the byte at which its text begins. Pieces are cut anywhere, and may come again. */
export interface OutputPiece { at: string; host: string; step: string; command: string; stream: 'stdout' | 'stderr'; offset: number; text: string }

/** A line as the log index holds it. `raw`: base64 of its bytes, where they are no UTF-8. */
export interface StoredLine { at: string; host: string; step: string; command_id: string; stream: 'stdout' | 'stderr'; offset: number; text: string; raw?: string; newline: boolean }

/** A line of a stream, or what is known of it. `end`: the byte after it. */
export interface Row {
  at: string; host: string; step: string; command: string; stream: 'stdout' | 'stderr'; offset: number; end: number; text: string;
  /** Where it is from; a live line stays open until its newline comes. */
  from: 'index' | 'live' | 'open';
}

export function storedRow({ command_id: command, raw, newline, ...line }: StoredLine): Row {
  const bytes = raw === undefined ? byteLength(line.text) : atob(raw).length;
  return { ...line, command, end: line.offset + bytes + (newline ? 1 : 0), from: 'index' };
}

/** As the log index sorts. */
export function byTime(a: Row, b: Row): number {
  return compare(a.at, b.at) || compare(a.command, b.command) || a.offset - b.offset || compare(a.stream, b.stream);
}

const encoder = new TextEncoder();

export function byteLength(text: string): number {
  return encoder.encode(text).length;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

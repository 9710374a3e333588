/** A piece of a stream: its text, and the bytes of the stream at which it begins and ends. `last`: the stream ends here. */
export interface Piece { offset: number; end: number; text: string; last?: boolean }

/** How far a stream was seen, and the line that has begun there. */
interface Seen { to: number; begun: string }

/** Puts pieces of several streams together into whole lines, stream by stream, each byte once: after a restart of Edge streams may be told again. */
export class WholeLines {
  private readonly streams = new Map<string, Seen>();

  /** Lines that this piece completes; with `last`, also the one that has no end. A line whose end went by unseen gets an ellipsis for it. */
  take(stream: string, piece: Piece): string[] {
    const { to, begun } = this.streams.get(stream) ?? { to: piece.offset, begun: '' };
    const broken = piece.offset > to && begun !== '';
    const lines = `${broken ? `${begun}…\n` : begun}${unseen(piece, to)}`.split('\n');
    const rest = lines.pop() ?? '';
    this.streams.set(stream, { to: Math.max(to, piece.end), begun: piece.last ? '' : rest });
    return piece.last && rest !== '' ? [...lines, rest] : lines;
  }
}

function unseen({ offset, end, text }: Piece, to: number): string {
  if (end <= to) return '';
  return offset >= to ? text : Buffer.from(text).toString('utf8', to - offset);
}

/** Puts pieces of several streams together into whole lines, stream by stream. */
export class WholeLines {
  private readonly begun = new Map<string, string>();

  /** Lines that this piece completes; with `last`, also the one that has no end. */
  take(stream: string, piece: string, { last = false }: { last?: boolean } = {}): string[] {
    const lines = `${this.begun.get(stream) ?? ''}${piece}`.split('\n');
    const rest = lines.pop() ?? '';
    if (last || rest === '') this.begun.delete(stream);
    else this.begun.set(stream, rest);
    return last && rest !== '' ? [...lines, rest] : lines;
  }
}

import { byteLength, type OutputPiece, type Row, type StoredLine, storedRow } from './output-row.js';

/** The log index cuts a line that is longer than this. */
const longestLine = 16 * 1024;

interface Part { offset: number; text: string; ended: boolean }

/** One stream of one command: pieces and lines of it put together, each byte once. */
export class OutputStream {
  /** By offset. */
  rows: Row[] = [];
  /** The byte after what was seen: at least, and at most, for one U+FFFD stands for one to three bytes. */
  private seen = { least: 0, most: 0 };

  /** Bytes that were seen already are dropped; what follows an unfinished line continues it. */
  takeLive(piece: OutputPiece): void {
    const { offset, text } = this.unseen(piece);
    if (text === '') return;
    const open = offset <= this.seen.most ? this.openRow() : undefined;
    let at = offset;
    for (const [index, part] of partsOf(text).entries()) {
      if (index === 0 && open) lengthen(open, piece, { ...part, offset: at });
      else this.rows.push(liveRow(piece, { ...part, offset: at }));
      at = this.rows.at(-1)!.end;
    }
    this.seen = { least: Math.max(this.seen.least, at - 2 * (text.split('\uFFFD').length - 1)), most: at };
  }

  /** What the index says of a line counts more than pieces of it. Answers how many lines are back that had been left out. */
  takeStored(lines: StoredLine[]): number {
    const [before, { most }] = [this.rows.length, this.seen];
    const sorted = [...lines.map(storedRow), ...this.rows].sort((a, b) => a.offset - b.offset || Number(b.from === 'index') - Number(a.from === 'index'));
    let reach = 0;
    this.rows = [];
    for (const row of sorted) {
      if (row.offset < reach) continue;
      this.rows.push(row);
      if (row.from === 'index') reach = row.end;
    }
    this.seen = { least: Math.max(this.seen.least, reach), most: Math.max(most, reach) };
    return Math.max(0, this.rows.filter(({ offset }) => offset < most).length - before);
  }

  /** Rows before which something is missing. */
  gaps({ fromStart }: { fromStart: boolean }): Row[] {
    return this.rows.filter((row, index) => row.offset > (this.rows[index - 1]?.end ?? (fromStart ? 0 : Infinity)));
  }

  private openRow(): Row | undefined {
    const row = this.rows.at(-1);
    return row?.from === 'open' && row.end - row.offset < longestLine ? row : undefined;
  }

  private unseen({ offset, text }: OutputPiece): { offset: number; text: string } {
    const again = this.seen.least - offset;
    if (again <= 0) return { offset, text };
    return { offset: this.seen.least, text: new TextDecoder().decode(new TextEncoder().encode(text).subarray(again)) };
  }
}

/** After the last newline no line begins yet. */
function partsOf(text: string): Omit<Part, 'offset'>[] {
  const parts = text.split('\n').map((line, index, all) => ({ text: line, ended: index < all.length - 1 }));
  return text.endsWith('\n') ? parts.slice(0, -1) : parts;
}

function liveRow({ at, host, step, command, stream }: OutputPiece, part: Part): Row {
  return { at, host, step, command, stream, offset: part.offset, text: part.text, end: endOf(part), from: part.ended ? 'live' : 'open' };
}

function lengthen(row: Row, { at }: OutputPiece, part: Part): void {
  Object.assign(row, { at, text: row.text + part.text, end: endOf(part), from: part.ended ? 'live' : 'open' });
}

function endOf({ offset, text, ended }: Part): number {
  return offset + byteLength(text) + (ended ? 1 : 0);
}

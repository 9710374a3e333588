import { client } from './client.js';
import { Output } from './output.js';
import type { OutputPiece, StoredLine } from './output-row.js';
import type { OutputShown } from './shapes.js';

const pageSize = 1_000;
const shownLines = 5_000;
/** Pieces that come within this time are shown together. */
const togetherMs = 100;

/** Fills an action's output: live as it comes, from the log index what the stream can no longer give, newest first. */
export class OutputFeed {
  private readonly output = new Output(shownLines);
  private cursor: string | undefined;
  /** Nothing older is in the index than what was read, or the stream told everything from its start. */
  private complete = true;
  /** How many lines the index held in all, unless more came since. */
  private total: number | undefined;
  private showing: number | undefined;

  constructor(private readonly action: string, private readonly show: (shown: OutputShown) => void) {}

  take(piece: OutputPiece): void {
    this.total = undefined;
    this.output.takeLive(piece);
    this.showSoon();
  }

  /** For when the stream cannot tell everything from its start. */
  async readNewest(): Promise<void> {
    this.complete = false;
    await this.readEnd();
  }

  async readEnd(): Promise<void> {
    await this.readPage();
    this.showSoon();
  }

  async readEarlier(): Promise<void> {
    const before = this.output.size;
    this.output.widen(pageSize);
    do await this.readPage(this.cursor); while (this.cursor && this.output.size === before);
    this.showSoon();
  }

  private async readPage(cursor?: string): Promise<void> {
    const query = { kind: 'detail', newest: true, limit: pageSize, cursor };
    const page = await client.get<{ items: StoredLine[]; next_cursor?: string; total?: number }>(`/api/v1/actions/${this.action}/logs`, { query });
    this.output.takeStored(page.items);
    this.cursor = page.next_cursor;
    this.total = page.total ?? this.total;
    this.complete ||= !page.next_cursor;
  }

  private showSoon(): void {
    this.showing ??= window.setTimeout(() => {
      this.showing = undefined;
      const { lines, cut } = this.output.shown({ complete: this.complete });
      this.show({ lines, earlier: this.complete ? cut : this.earlierThan(lines.length) });
    }, togetherMs);
  }

  private earlierThan(lines: number): number | 'some' {
    return this.total === undefined ? 'some' : Math.max(0, this.total - lines);
  }
}

import { factTypes, isEnd } from '@edge/contracts';
import { client, mayHeal } from './client.js';
import { listen } from './listen.js';
import { OutputFeed } from './output-feed.js';
import type { OutputPiece } from './output-row.js';
import type { ActionShown, OutputShown } from './shapes.js';
import { againMs, untilAnswered } from './until-answered.js';

const togetherMs = 150;

/** `unread`: why the log index is not read. */
export interface Told { action: (action: ActionShown) => void; output: (output: OutputShown) => void; problem: (problem: string) => void; unread: (problem: string) => void }

/** Follows one action until it ends, over restarts of Edge; while Edge does not answer, that is the problem. */
export class ActionFollower {
  private readonly output: OutputFeed;
  private watched = new AbortController();
  private done = false;
  private connected = false;
  private loading: number | undefined;
  private stopListening: (() => void) | undefined;

  constructor(private readonly id: string, private readonly tell: Told) {
    this.output = new OutputFeed(id, tell.output);
  }

  /** Answers how to stop. */
  follow(): () => void {
    this.watched = new AbortController();
    this.done = false;
    this.load();
    return () => {
      this.watched.abort();
      this.end();
    };
  }

  readEarlier(): void {
    this.read(() => this.output.readEarlier());
  }

  private load(): void {
    client.get<ActionShown>(`/api/v1/actions/${this.id}`).then((action) => this.arrived(action), (error: Error) => this.failed(error));
  }

  private loadIn(ms: number): void {
    this.loading ??= window.setTimeout(() => {
      this.loading = undefined;
      this.load();
    }, ms);
  }

  private arrived(action: ActionShown): void {
    if (this.done) return;
    this.tell.action(action);
    this.tell.problem('');
    if (!isEnd(action.status)) this.stopListening ??= this.listen();
    else if (!this.connected) this.ended();
  }

  private listen(): () => void {
    const facts = Object.fromEntries(factTypes.map((type) => [type, () => this.loadIn(togetherMs)]));
    const output = (data: string) => this.output.take(JSON.parse(data) as OutputPiece);
    return listen(`/api/v1/actions/${this.id}/events`, {
      on: { ...facts, resync: () => this.readOutput(), 'edge.output.appended.v1': output },
      opened: () => { this.connected = true; this.loadIn(0); },
      lost: () => { this.connected = false; this.loadIn(0); },
    });
  }

  /** What no stream told is in the index. What came too late for the stream, or what it left out, is there a moment later. */
  private ended(): void {
    if (this.stopListening) window.setTimeout(() => this.read(() => this.output.readEnd()), againMs);
    else this.readOutput();
    this.end();
  }

  private readOutput(): void {
    this.read(() => this.output.readNewest());
  }

  private read(output: () => Promise<void>): void {
    void untilAnswered(output, { tell: this.tell.unread, signal: this.watched.signal });
  }

  private failed(error: Error): void {
    if (this.watched.signal.aborted) return;
    this.tell.problem(error.message);
    if (mayHeal(error)) this.loadIn(againMs);
    else this.end();
  }

  private end(): void {
    this.done = true;
    this.stopListening?.();
    this.stopListening = undefined;
    window.clearTimeout(this.loading);
    this.loading = undefined;
  }
}

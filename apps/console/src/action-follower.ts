import { factTypes, isEnd } from '@edge/contracts';
import { client, mayHeal } from './client.js';
import { listen } from './listen.js';
import { OutputFeed } from './output-feed.js';
import type { OutputPiece } from './output-row.js';
import type { ActionShown, OutputShown } from './shapes.js';

const togetherMs = 150;
const againMs = 1_000;

export interface Told { action: (action: ActionShown) => void; output: (output: OutputShown) => void; problem: (problem: string) => void }

/** Follows one action until it ends, over restarts of Edge; while Edge does not answer, that is the problem. */
export class ActionFollower {
  private readonly output: OutputFeed;
  private watched = false;
  private done = false;
  private connected = false;
  private loading: number | undefined;
  private stopListening: (() => void) | undefined;

  constructor(private readonly id: string, private readonly tell: Told) {
    this.output = new OutputFeed(id, tell.output);
  }

  /** Answers how to stop. */
  follow(): () => void {
    this.watched = true;
    this.done = false;
    this.load();
    return () => {
      this.watched = false;
      this.end();
    };
  }

  readEarlier(): void {
    this.read(() => this.output.readEarlier());
  }

  private load(): void {
    client.get<ActionShown>(`/api/v1/actions/${this.id}`).then((action) => this.arrived(action), (error: Error) => this.failed(error, () => this.loadIn(againMs)));
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
    if (this.stopListening) this.later(() => this.read(() => this.output.readEnd()));
    else this.readOutput();
    this.end();
  }

  private readOutput(): void {
    this.read(() => this.output.readNewest());
  }

  private read(output: () => Promise<void>): void {
    output().then(() => this.tell.problem(''), (error: Error) => this.failed(error, () => this.later(() => this.read(output))));
  }

  private later(what: () => void): void {
    window.setTimeout(() => { if (this.watched) what(); }, againMs);
  }

  private failed(error: Error, again: () => void): void {
    if (!this.watched) return;
    this.tell.problem(error.message);
    if (mayHeal(error)) again();
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

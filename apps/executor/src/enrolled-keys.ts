import type { ConfigReader } from '@edge/ports';

const freshMs = 1_000;

/**
 * The enrolled keys of hosts as they were a second ago at most. Whoever asks in the same moment is answered by one question: a step touches a thousand hosts
 * at once. Failures are not kept.
 */
export class EnrolledKeys {
  private kept = new Map<string, Promise<string[]>>();
  private since = -Infinity;
  private question: { names: Set<string>; answer: Promise<Map<string, string[]>> } | undefined;

  constructor(private readonly config: Pick<ConfigReader, 'hosts'>, private readonly nowMs: () => number = () => performance.now()) {}

  of(name: string): Promise<string[]> {
    if (this.nowMs() - this.since >= freshMs) [this.kept, this.since] = [new Map(), this.nowMs()];
    let keys = this.kept.get(name);
    if (!keys) this.kept.set(name, (keys = this.ask(name)));
    return keys;
  }

  private async ask(name: string): Promise<string[]> {
    this.question ??= this.newQuestion();
    this.question.names.add(name);
    const { kept } = this;
    try {
      return (await this.question.answer).get(name) ?? [];
    } catch (error) {
      kept.delete(name);
      throw error;
    }
  }

  private newQuestion() {
    const names = new Set<string>();
    const answer = new Promise(setImmediate).then(async () => {
      this.question = undefined;
      return new Map((await this.config.hosts([...names])).map((host) => [host.name, host.keys ?? []]));
    });
    return { names, answer };
  }
}

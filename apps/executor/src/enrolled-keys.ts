import type { ConfigReader } from '@edge/ports';

/**
 * The enrolled keys of hosts as they are now. Whoever asks in the same moment is answered by one question: a step touches a thousand hosts at once.
 * No answer is kept: a key that was replaced is not believed for a moment longer.
 */
export class EnrolledKeys {
  private question: { names: Set<string>; answer: Promise<Map<string, string[]>> } | undefined;

  constructor(private readonly config: Pick<ConfigReader, 'hosts'>) {}

  async of(name: string): Promise<string[]> {
    this.question ??= this.newQuestion();
    this.question.names.add(name);
    return (await this.question.answer).get(name) ?? [];
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

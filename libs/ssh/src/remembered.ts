/** Answers that may be this old are not looked up again; the time is short, so that changed files count soon. */
export class Remembered<T> {
  private answers = new Map<string, Promise<T>>();
  private since = -Infinity;

  constructor(private readonly forMs: number, private readonly nowMs: () => number = () => performance.now()) {}

  get(key: string, look: () => Promise<T>): Promise<T> {
    const now = this.nowMs();
    if (now - this.since >= this.forMs) {
      this.answers = new Map();
      this.since = now;
    }
    let answer = this.answers.get(key);
    if (!answer) this.answers.set(key, (answer = look()));
    return answer;
  }
}

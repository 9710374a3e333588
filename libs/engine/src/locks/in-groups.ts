/** A transaction of the store stays this small. */
const most = 64;

interface Waiting<T, R> { item: T; done(result: R): void; failed(error: unknown): void }

/** Work that many ask for and that is done for a group at once: at once when none is under way; who comes meanwhile goes into the next group, in order. */
export class InGroups<T, R> {
  private readonly waiting: Waiting<T, R>[] = [];
  private busy = false;

  /** @param work answers one result per item, in order */
  constructor(private readonly work: (items: T[]) => Promise<R[]>) {}

  add(item: T): Promise<R> {
    return new Promise((done, failed) => {
      this.waiting.push({ item, done, failed });
      if (!this.busy) void this.run();
    });
  }

  private async run(): Promise<void> {
    this.busy = true;
    while (this.waiting.length > 0) {
      const group = this.waiting.splice(0, most);
      const finish = (results: R[]) => group.forEach(({ done }, index) => done(results[index]!));
      await this.work(group.map(({ item }) => item)).then(finish, (error: unknown) => group.forEach(({ failed }) => failed(error)));
    }
    this.busy = false;
  }
}

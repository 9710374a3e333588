interface Waiting { size: number; enter(): void }

/** Lets work in, in turn, while it fits beside what is inside; what is larger than all of the room goes in alone. */
export class Room {
  private taken = 0;
  private readonly queue: Waiting[] = [];

  constructor(private readonly size: number) {}

  async within<T>(size: number, work: () => Promise<T>): Promise<T> {
    await this.enter(size);
    try {
      return await work();
    } finally {
      this.taken -= size;
      this.letIn();
    }
  }

  private enter(size: number): Promise<void> {
    return new Promise((resolve) => {
      this.queue.push({ size, enter: resolve });
      this.letIn();
    });
  }

  private letIn(): void {
    for (let next = this.queue[0]; next && (this.taken === 0 || this.taken + next.size <= this.size); next = this.queue[0]) {
      this.queue.shift();
      this.taken += next.size;
      next.enter();
    }
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { HostResult } from '@edge/contracts';
import { type OfferedKey, Shell, type ShellCommand } from '@edge/ports';

/** Hosts on which every command takes as long as its `sleep` says, at most so many at once: what is measured is the executor, not sshd on the same two processors. */
export class SleepingShell extends Shell {
  private free: number;
  private readonly waiting: (() => void)[] = [];

  constructor(atOnce: number) {
    super();
    this.free = atOnce;
  }

  override async exec({ text }: ShellCommand): Promise<HostResult> {
    await this.take();
    await sleep(1000 * Number(text.split(' ')[1]));
    this.give();
    return { outcome: 'exited', cause: 'exit', code: 0 };
  }

  override async cancel(): Promise<HostResult> {
    return { outcome: 'lost', cause: 'cancel-unconfirmed' };
  }

  override async upload(): Promise<HostResult> {
    return { outcome: 'not-started', cause: 'never-sent' };
  }

  override async uploadTree(): Promise<HostResult> {
    return { outcome: 'not-started', cause: 'never-sent' };
  }

  override async cleanHost(): Promise<HostResult> {
    return { outcome: 'not-started', cause: 'never-sent' };
  }

  override async offeredKeys(): Promise<OfferedKey[]> {
    return [];
  }

  override async close(): Promise<void> {
    this.waiting.length = 0;
  }

  private async take(): Promise<void> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  private give(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.free += 1;
  }
}

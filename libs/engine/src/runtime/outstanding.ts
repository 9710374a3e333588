import type { ExecStep } from '@edge/contracts';

/** One command that is to be answered. `text` and `key` differ from the step's own when it asks a host whether a lost step is done. */
export interface OutstandingCommand { command: string; key: string; attempt: number; step: ExecStep; text: string; withinMs: number; sentAt?: number; heardAt?: number }

/** Commands of one action that wait to be sent or to be answered; at most so many are unanswered at once. */
export class Outstanding {
  private readonly waiting: OutstandingCommand[] = [];
  private readonly sent = new Map<string, OutstandingCommand>();

  constructor(private readonly limit: number) {}

  add(command: OutstandingCommand): void {
    if (!this.byKey(command.key)) this.waiting.push(command);
  }

  /** What may be sent now; it counts as sent. */
  take(now: number): OutstandingCommand[] {
    const taken = this.waiting.splice(0, Math.max(0, this.limit - this.sent.size));
    for (const command of taken) this.sent.set(command.command, { ...command, sentAt: now, heardAt: now });
    return taken;
  }

  /** What was sent, but nobody has spoken of since: to be sent again, under the same id. */
  silent(now: number, silenceMs: number): OutstandingCommand[] {
    const silent = [...this.sent.values()].filter((command) => now - (command.heardAt ?? 0) >= silenceMs);
    for (const command of silent) command.heardAt = now;
    return silent;
  }

  heard(commands: string[], now: number): void {
    for (const command of commands) {
      const found = this.sent.get(command);
      if (found) found.heardAt = now;
    }
  }

  answered(command: string): OutstandingCommand | undefined {
    const found = this.sent.get(command) ?? this.waiting.find((candidate) => candidate.command === command);
    this.sent.delete(command);
    const place = this.waiting.findIndex((candidate) => candidate.command === command);
    if (place !== -1) this.waiting.splice(place, 1);
    return found;
  }

  /** Calls off what was never sent; answers it and what is on its way. */
  callOff(): { unsent: OutstandingCommand[]; sent: OutstandingCommand[] } {
    return { unsent: this.waiting.splice(0), sent: [...this.sent.values()] };
  }

  private byKey(key: string): OutstandingCommand | undefined {
    return [...this.sent.values(), ...this.waiting].find((command) => command.key === key);
  }
}

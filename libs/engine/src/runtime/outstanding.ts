import type { ExecStep } from '@edge/contracts';

/**
 * One command that is to be answered. `text` and `key` differ from the step's own when it asks a host whether a lost step is done. `inherited`: an earlier
 * owner may have sent it.
 */
export interface OutstandingCommand { command: string; key: string; attempt: number; step: ExecStep; text: string; withinMs: number; inherited?: true }

/** One that is on its way. `calledOff`: it was told to stop; when nobody speaks of it, it is told again. */
export interface SentCommand extends OutstandingCommand { sentAt: number; heardAt: number; calledOff: boolean }

/** Commands of one action that wait to be sent or to be answered; at most so many are unanswered at once. */
export class Outstanding {
  private readonly waiting = new Map<string, OutstandingCommand>();
  private readonly sent = new Map<string, SentCommand>();

  constructor(private readonly limit: number) {}

  get size(): number {
    return this.waiting.size + this.sent.size;
  }

  /** Commands are known by their id: one that is here already is not added again. */
  add(command: OutstandingCommand): void {
    if (!this.sent.has(command.command)) this.waiting.set(command.command, command);
  }

  /** What may be sent now; it counts as sent. */
  take(now: number): OutstandingCommand[] {
    const taken = [...this.waiting.values()].slice(0, Math.max(0, this.limit - this.sent.size));
    for (const command of taken) this.isSent(command, { now, calledOff: false });
    return taken;
  }

  /** What was sent, but nobody has spoken of since: to be sent again, under the same id. */
  silent(now: number, silenceMs: number): SentCommand[] {
    const silent = [...this.sent.values()].filter((command) => now - command.heardAt >= silenceMs);
    for (const command of silent) command.heardAt = now;
    return silent;
  }

  /** What should have been answered long ago. */
  overdue(now: number, graceMs: number): SentCommand[] {
    return [...this.sent.values()].filter((command) => now - command.sentAt >= command.withinMs + graceMs);
  }

  heard(commands: string[], now: number): void {
    for (const command of commands) {
      const found = this.sent.get(command);
      if (found) found.heardAt = now;
    }
  }

  answered(command: string): OutstandingCommand | undefined {
    const found = this.sent.get(command) ?? this.waiting.get(command);
    this.sent.delete(command);
    this.waiting.delete(command);
    return found;
  }

  /** Forgets what was never sent; marks what is on its way, or may be. */
  callOff(now: number): { unsent: OutstandingCommand[]; sent: SentCommand[] } {
    for (const command of this.waiting.values()) if (command.inherited) this.isSent(command, { now, calledOff: true });
    const unsent = [...this.waiting.values()];
    this.waiting.clear();
    for (const command of this.sent.values()) command.calledOff = true;
    return { unsent, sent: [...this.sent.values()] };
  }

  /** What is on its way and was told to stop. */
  calledOff(): SentCommand[] {
    return [...this.sent.values()].filter((command) => command.calledOff);
  }

  /** One that an earlier owner may have sent: it is treated as if it was. */
  isSent(command: OutstandingCommand, { now, calledOff }: { now: number; calledOff: boolean }): void {
    this.waiting.delete(command.command);
    this.sent.set(command.command, { ...command, sentAt: now, heardAt: now, calledOff });
  }

  hosts(): string[] {
    return [...new Set([...this.sent.values(), ...this.waiting.values()].map(({ step }) => step.host))];
  }
}

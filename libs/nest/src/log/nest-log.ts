import type { LoggerService } from '@nestjs/common';
import type { Log } from './log.js';

/** What Nest itself says, in our log. Its start-up chatter is for debugging. */
export class NestLog implements LoggerService {
  constructor(private readonly to: Log) {}

  log(message: unknown, ...more: unknown[]): void {
    this.to.debug(contextOf(more), textOf(message));
  }

  error(message: unknown, ...more: unknown[]): void {
    if (String(message).startsWith('Error: listen ')) return this.debug(message, ...more); // thrown, too: whoever starts the program says it in one sentence
    this.to.error({ ...contextOf(more), ...(message instanceof Error ? { err: message } : {}), ...(typeof more[0] === 'string' && more.length > 1 ? { stack: more[0] } : {}) }, textOf(message));
  }

  warn(message: unknown, ...more: unknown[]): void {
    this.to.warn(contextOf(more), textOf(message));
  }

  debug(message: unknown, ...more: unknown[]): void {
    this.to.debug(contextOf(more), textOf(message));
  }

  verbose(message: unknown, ...more: unknown[]): void {
    this.to.debug(contextOf(more), textOf(message));
  }
}

function contextOf(more: unknown[]): object {
  const last = more.at(-1);
  return typeof last === 'string' ? { part: last } : {};
}

function textOf(message: unknown): string {
  if (message instanceof Error) return message.message;
  return typeof message === 'string' ? message : JSON.stringify(message);
}

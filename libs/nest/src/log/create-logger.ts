import { type DestinationStream, pino } from 'pino';
import { Log } from './log.js';

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Names of facts that never get into a log, wherever they stand. */
const secret = ['authorization', 'cookie', 'token', 'password', 'secret', 'code'].flatMap((name) => [name, `*.${name}`]);

/**
 * One JSON object per line, times RFC 3339 UTC, on standard output.
 * @param name the program
 */
export function createLogger({ name, level, to }: { name: string; level: LogLevel; to?: DestinationStream }): Log {
  const options = { name, level, base: { name }, timestamp: () => `,"at":"${new Date().toISOString()}"`, redact: { paths: secret, censor: '[secret]' }, formatters: { level: (label: string) => ({ level: label }) } };
  return to ? pino(options, to) : pino(options, pino.destination({ fd: 1, sync: true }));
}

import { parseDuration } from '@edge/contracts';

/** Milliseconds of an option that takes a duration. */
export function durationOf(option: string, text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new Error(`${option} "${text}" is no duration, for example 10m or 90s.`);
  return ms;
}

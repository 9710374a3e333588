import { z } from 'zod';
import { parseDuration } from '@edge/contracts';

/** A duration as people write it: `"2m30s"`, or a number of seconds. */
export type Duration = string | number;

/** A key that holds a shell command: not blank; the command policy checks it when it is saved (`x-command` in the JSON Schema). */
export function command() {
  return z.string().refine((text) => text.trim() !== '', { error: 'A command cannot be blank.' }).meta({ 'x-command': true });
}

/** A key that holds a duration; what is below zero counts as zero. */
export function duration() {
  return z.union([z.string(), z.number()])
    .refine((value) => (typeof value === 'number' ? Number.isFinite(value) : parseDuration(value) !== undefined), { error: 'Say a duration like "2m30s", or a number of seconds.' })
    .meta({ 'x-duration': true });
}

/** A key that holds an absolute path, or one below the login user's home. Never the root, never upwards. */
export function folder() {
  return z.string().trim().min(1).max(4096)
    .refine((path) => !/^[/.~]*$/.test(path) && !path.split('/').includes('..'), { error: 'Name a folder below / or below the home folder, without "..".' })
    .refine((path) => !/[\0\n]/.test(path), { error: 'A path has no line break.' })
    .meta({ 'x-path': true });
}

/** A key that holds the name of a file, without a folder. */
export function fileName() {
  return z.string().trim().min(1).max(255).refine((name) => !/[/\0\n]/.test(name) && !name.startsWith('.') && !name.startsWith('-'), { error: 'Name a file, without a folder, not beginning with "." or "-".' });
}

/** Milliseconds of a duration; below zero is zero. @throws RangeError when it is none. */
export function milliseconds(value: Duration): number {
  if (typeof value === 'number' && value < 0) return 0;
  const ms = parseDuration(value);
  if (ms === undefined) throw new RangeError(`"${value}" is no duration: write "2m30s", or a number of seconds.`);
  return ms;
}

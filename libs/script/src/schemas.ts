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

/** A key that holds the time that a command may take: at least a second, at most a week. */
export function timeLimit() {
  return duration().refine(isTimeLimit, { error: 'Say a time of at least 1s and at most 7d.' });
}

const longestLimitMs = 7 * 86_400_000;

/** Whether a command can be given this time. */
export function isTimeLimit(value: Duration): boolean {
  const ms = parseDuration(value) ?? 0;
  return ms >= 1_000 && ms <= longestLimitMs;
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
  return z.string().trim().min(1).max(255).refine((name) => !/[/\0\n]|\p{Surrogate}/u.test(name) && !name.startsWith('.') && !name.startsWith('-'), { error: 'Name a file, without a folder, not beginning with "." or "-".' });
}

/** A key that names a secret of the space: `{"$secret": "db-password"}`. The script sees the name, commands the value, in their environment. */
export function secret() {
  return z.strictObject({ $secret: z.string().min(1) });
}

/** Environment variable → secret of the space, for the operator's own commands. */
export function secretEnvironment() {
  return z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: 'Name an environment variable.' }), secret());
}

/** `{"DB": {"$secret": "db"}}` → `{DB: 'db'}`, as commands take it. */
export function secretNames(environment: Record<string, { $secret: string }> | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(environment ?? {}).map(([variable, { $secret }]) => [variable, $secret]));
}

const pool = z.object({
  pool_name: z.string(), inpool_threshold: z.number().min(0).max(100), is_canary: z.boolean().optional(),
  zabbix_host: z.string().optional(), hostname: z.union([z.string(), z.array(z.string())]).optional(),
});

/** Keys that every script's configuration may have: the inventory, and what the platform itself reads. Spread them into `z.object({…})`. */
export const inventory = {
  server_info: z.string().optional().meta({ description: 'Name of the key that holds the inventory: pool_info or server_list.' }),
  server_list: z.record(z.string(), z.array(z.string())).optional().meta({ description: 'Zone → hosts.' }),
  pool_info: z.record(z.string(), z.array(pool)).optional().meta({ description: 'Zone → pools, each with the percentage of its members that must stay in.' }),
  run_as: z.string().optional().meta({ description: 'User that commands run as (sudo); default the login user.' }),
  countdown: duration().optional(),
  project_name: z.string().optional(),
  fqdn: z.string().optional(),
  desc: z.string().optional(),
  description: z.union([z.string(), z.record(z.string(), z.string())]).optional(),
};

/** A script says the same few for every command. */
const written = new Map<Duration, number>();
const mostWritten = 1_000;

/** Milliseconds of a duration; below zero is zero. @throws RangeError when it is none. */
export function milliseconds(value: Duration): number {
  if (typeof value === 'number' && value < 0) return 0;
  const ms = written.get(value) ?? parseDuration(value);
  if (ms === undefined) throw new RangeError(`"${value}" is no duration: write "2m30s", or a number of seconds.`);
  if (written.size < mostWritten) written.set(value, ms);
  return ms;
}

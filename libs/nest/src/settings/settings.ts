import { formatDuration, parseDuration } from '@edge/contracts';

/** One setting of a program: how its text is read. `read` answers the value, or what is wrong as a sentence's end. */
export interface Setting<T> {
  name: string;
  about: string;
  example: string;
  fallback?: T;
  optional?: boolean;
  /** It may be given as a file: `<NAME>_FILE`. */
  secret?: boolean;
  read(text: string): { value: T } | { wrong: string };
}

interface Described<T> { about: string; fallback?: T; example?: string }

/** A text. */
export function text(name: string, { about, fallback, example = 'text' }: Described<string>): Setting<string> {
  return { name, about, example, ...(fallback === undefined ? {} : { fallback }), read: (value) => ({ value }) };
}

/** A text that may also be given as a file, and is never shown. */
export function secret(name: string, described: Described<string>): Setting<string> {
  return { ...text(name, described), secret: true };
}

/** A secret URL of one of these schemes: what is wrong with it is told without showing it. */
export function secretUrl(name: string, { schemes, ...described }: Described<string> & { schemes: string[] }): Setting<string> {
  const read = (value: string) => (schemes.some((scheme) => value.startsWith(`${scheme}://`) && value.length > scheme.length + 3) ? { value } : { wrong: `does not begin with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}` });
  return { ...secret(name, described), read };
}

const address = /^(?:[^\s/:]+|\[[\da-f:]+\]):\d{1,5}$/i;

/** `host:port` by comma. */
export function addresses(name: string, described: Described<string[]>): Setting<string[]> {
  const read = (value: string) => {
    const parts = value.split(',').map((part) => part.trim()).filter(Boolean);
    const wrong = parts.filter((part) => !address.test(part));
    return parts.length > 0 && wrong.length === 0 ? { value: parts } : { wrong: `is no list of host:port${parts.length > 1 ? `: ${wrong.join(', ')}` : ''}` };
  };
  return { ...list(name, described), read };
}

export function integer(name: string, { about, fallback, example = '10', min = 0, max = Number.MAX_SAFE_INTEGER }: Described<number> & { min?: number; max?: number }): Setting<number> {
  const read = (value: string) => {
    const parsed = Number(value);
    return /^-?\d+$/.test(value) && parsed >= min && parsed <= max ? { value: parsed } : { wrong: `is no whole number from ${min} to ${max}` };
  };
  return { name, about, example, ...(fallback === undefined ? {} : { fallback }), read };
}

/** A TCP port; 0 takes a free one. */
export function port(name: string, fallback: number): Setting<number> {
  return integer(name, { about: 'the port to listen on; 0 takes a free one', fallback, example: String(fallback), max: 65_535 });
}

/** Milliseconds, written as `"30d"`. */
export function duration(name: string, { about, fallback, example = '30d' }: Described<number>): Setting<number> {
  const read = (value: string) => {
    const ms = parseDuration(value);
    return ms === undefined ? { wrong: `is no duration such as ${formatDuration(90_000)}` } : { value: ms };
  };
  return { name, about, example, ...(fallback === undefined ? {} : { fallback }), read };
}

export function choice<const T extends string>(name: string, among: readonly T[], { about, fallback }: Described<NoInfer<T>>): Setting<T> {
  const read = (value: string) => {
    const found = among.find((one) => one === value);
    return found === undefined ? { wrong: `is none of ${among.join(', ')}` } : { value: found };
  };
  return { name, about, example: among[0] ?? '', ...(fallback === undefined ? {} : { fallback }), read };
}

/** Texts by comma. */
export function list(name: string, { about, fallback, example = 'a,b' }: Described<string[]>): Setting<string[]> {
  return { name, about, example, ...(fallback === undefined ? {} : { fallback }), read: (value) => ({ value: value.split(',').map((part) => part.trim()).filter(Boolean) }) };
}

export function flag(name: string, { about, fallback }: Described<boolean>): Setting<boolean> {
  const values: Record<string, boolean> = { true: true, '1': true, yes: true, false: false, '0': false, no: false };
  const read = (value: string) => {
    const found = values[value.toLowerCase()];
    return found === undefined ? { wrong: 'is neither true nor false' } : { value: found };
  };
  return { name, about, example: 'true', ...(fallback === undefined ? {} : { fallback }), read };
}

export function url(name: string, { about, fallback, example = 'http://127.0.0.1:8080' }: Described<string>): Setting<string> {
  return { name, about, example, ...(fallback === undefined ? {} : { fallback }), read: (value) => (URL.canParse(value) ? { value } : { wrong: 'is no URL' }) };
}

/** The same setting, but it may be missing: then its value is undefined. */
export function optional<T>(setting: Setting<T>): Setting<T | undefined> {
  return { ...setting, optional: true };
}

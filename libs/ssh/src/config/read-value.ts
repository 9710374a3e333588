/** `unset`: the value leaves things as they are, so that a later line may say more. Undefined: no such value. */
export type Read<T> = T | 'unset' | undefined;

const maxSeconds = 2 ** 31 - 1;

/** Seconds of `90`, `1m30s`, `2h`, `1d`, `1w`; `none` says nothing. */
export function readSeconds(text: string): Read<number> {
  if (text === 'none') return 'unset';
  if (!/^(?:\d+[smhdwSMHDW]?)+$/.test(text)) return undefined;
  const units: Record<string, number> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
  const seconds = [...text.matchAll(/(\d+)([a-zA-Z]?)/g)].reduce((sum, [, count, unit]) => sum + Number(count) * units[unit!.toLowerCase()]!, 0);
  return seconds <= maxSeconds ? seconds : undefined;
}

/** A number, or the name of the one service that anybody means. */
export function readPort(text: string): number | undefined {
  if (text === 'ssh') return 22;
  const port = /^\d+$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65535 ? port : undefined;
}

export function readCount(text: string): number | undefined {
  return /^\d+$/.test(text) && Number(text) < 2 ** 31 ? Number(text) : undefined;
}

export function readFlag(text: string): boolean | undefined {
  if (/^(?:yes|true)$/i.test(text)) return true;
  return /^(?:no|false)$/i.test(text) ? false : undefined;
}

/** PubkeyAuthentication also knows two ways to say yes. */
export function readPubkeyFlag(text: string): boolean | undefined {
  return /^(?:unbound|host-bound)$/i.test(text) ? true : readFlag(text);
}

export function readCanonicalize(text: string): 'yes' | 'no' | 'always' | undefined {
  if (text.toLowerCase() === 'always') return 'always';
  const flag = readFlag(text);
  return flag === undefined ? undefined : flag ? 'yes' : 'no';
}

/** Names of algorithms after an optional `+`, `-` or `^`. */
export function readList(text: string): string | undefined {
  return /^[-+^]?[^\s,]+(?:,[^\s,]+)*$/.test(text) ? text : undefined;
}

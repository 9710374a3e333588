/** Seconds of `90`, `1m30s`, `2h`, `1d`, `1w`; `none` is 0 (no limit). Undefined: not a time. */
export function readSeconds(text: string): number | undefined {
  if (text === 'none') return 0;
  if (!/^(?:\d+[smhdwSMHDW]?)+$/.test(text)) return undefined;
  const units: Record<string, number> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
  return [...text.matchAll(/(\d+)([a-zA-Z]?)/g)].reduce((sum, [, count, unit]) => sum + Number(count) * units[unit!.toLowerCase()]!, 0);
}

export function readPort(text: string): number | undefined {
  const port = /^\d+$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65535 ? port : undefined;
}

export function readCount(text: string): number | undefined {
  return /^\d+$/.test(text) && Number(text) < 2 ** 31 ? Number(text) : undefined;
}

export function readFlag(text: string): boolean | undefined {
  if (text === 'yes' || text === 'true') return true;
  return text === 'no' || text === 'false' ? false : undefined;
}

/** Names of algorithms after an optional `+`, `-` or `^`. */
export function readList(text: string): string | undefined {
  return /^[-+^]?[^\s,]+(?:,[^\s,]+)*$/.test(text) ? text : undefined;
}

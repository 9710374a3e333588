/** What a `Prefer` header asks for (RFC 7240): how long to wait, and whether a failed action shall be an error. */
export interface Preference { waitMs: number; strict: boolean }

export function parsePrefer(header: string | string[] | undefined): Preference {
  const parts = [header ?? ''].flat().join(',').split(/[,;]/).map((part) => part.trim().toLowerCase());
  const wait = parts.map((part) => /^wait=(\d{1,6})$/.exec(part)?.[1]).find((seconds) => seconds !== undefined);
  return { waitMs: Number(wait ?? 0) * 1000, strict: parts.includes('handling=strict') };
}

/** What a zone waits for after a stage, in words: the same of the note and of the question itself. Two zones may wait at once. */
export function waitText(what: string, { zone, stage }: { zone?: string; stage?: number }): string {
  return zone === undefined || stage === undefined ? what : `${what} on stage ${stage} in zone ${zone}`;
}

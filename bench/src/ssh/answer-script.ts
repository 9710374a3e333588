/** What a host answers to Edge's scripts, without running them: the command says `fake` and ends with 0. */
export function answerScript(script: string): { stdout: string; stderr: string; code: number } {
  const marker = /EDGE-[0-9a-f]{24}/.exec(script)?.[0] ?? '';
  const id = /; I='([^']*)'/.exec(script)?.[1];
  if (id === undefined) return { stdout: `${marker} begin /bin/sh\nfake\n`, stderr: `${marker} begin\n`, code: 0 };
  const begin = `${marker} begin new /bin/sh ~/.edge/jobs/${id}\n`;
  const end = `${marker} end done 0 - - sent\n`;
  return { stdout: `${begin}fake\n${end}`, stderr: `${begin}${end}`, code: 0 };
}

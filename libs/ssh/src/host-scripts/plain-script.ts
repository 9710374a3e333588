import { exportLines, printfLines, quote } from './quote.js';

/** Runs a command in the channel itself: marks the start, then becomes the command. */
export function plainScript(request: { marker: string; text: string; env: Record<string, string>; stdin?: Uint8Array }): Buffer {
  const mark = `${request.marker} begin "$SHELL"`.replace('"$SHELL"', '');
  const head = `echo '${mark}'; echo '${mark}' >&2\n${exportLines(request.env)}`;
  const start = `exec sh -c ${quote(request.text)}`;
  if (!request.stdin) return Buffer.from(`${head}${start} </dev/null\n`);
  return Buffer.concat([Buffer.from(`${head}{\n`), printfLines(request.stdin), Buffer.from(`} | ${start.slice('exec '.length)}\nexit $?\n`)]);
}

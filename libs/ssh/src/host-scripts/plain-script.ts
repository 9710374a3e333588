import { builtinPrintf, exportLines, printfLines, quote } from './quote.js';
import { sudoFunctions, sudoVariables, type SudoUse } from './sudo-functions.js';

export interface PlainScriptRequest { marker: string; id: string; text: string; env: Record<string, string>; stdin?: Uint8Array; sudo?: SudoUse }

/** Runs a command in the channel itself: marks the start, then becomes the command. Only sudo that asks nothing can be used so. */
export function plainScript(request: PlainScriptRequest): Buffer {
  const mark = `${request.marker} begin`;
  const head = `echo "${mark} $SHELL"; echo '${mark}' >&2\n`;
  if (request.sudo) return Buffer.concat([Buffer.from(head + builtinPrintf), sudoVariables(request), Buffer.from(`${sudoFunctions}payload | sudo -n -H -u "$R" -- sh -c "$script_of"\nexit $?\n`)]);
  const start = `sh -c ${quote(request.text)}`;
  const plain = `${head}${exportLines(request.env)}`;
  if (!request.stdin) return Buffer.from(`${plain}exec ${start} </dev/null\n`);
  return Buffer.concat([Buffer.from(`${plain}${builtinPrintf}{\n`), printfLines(request.stdin), Buffer.from(`} | ${start}\nexit $?\n`)]);
}

/** The command in one line for a login shell that reads POSIX quotes; undefined where something must be handed over that may not stand in it. */
export function directCommand({ text, env, sudo }: Pick<PlainScriptRequest, 'text' | 'env' | 'sudo'>): string | undefined {
  return sudo || Object.keys(env).length > 0 ? undefined : `exec sh -c ${quote(text)}`;
}

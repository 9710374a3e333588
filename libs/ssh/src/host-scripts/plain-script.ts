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

// What a shell does itself, or what is no command at all: there the program of that name may do something else.
const ofShells = new Set('alias bg bind break builtin caller case cd chdir command compgen complete compopt continue coproc declare dirs disown do done echo elif else enable esac eval exec exit export false fc fg fi for function getopts global hash help history if in inlib jobs kill let local login logout mapfile newgrp popd print printf pushd pwd read readarray readonly return select set shift shopt sleep source stop suspend test then time times trap true type typeset ulimit umask unalias unset until wait whence while'.split(' '));

/**
 * The command in one line for a login shell that reads POSIX quotes; undefined where something must be handed over that may not stand in it.
 * A program with words that no shell changes needs no `sh`: `exec` passes by what the user's own files define.
 */
export function directCommand({ text, env, sudo }: Pick<PlainScriptRequest, 'text' | 'env' | 'sudo'>): string | undefined {
  if (sudo || Object.keys(env).length > 0) return undefined;
  const program = /^([A-Za-z][\w.+-]*)(?: [\w./:,@%+=-]+)*$/.exec(text)?.[1];
  return program !== undefined && !ofShells.has(program) ? `exec ${text}` : `exec sh -c ${quote(text)}`;
}

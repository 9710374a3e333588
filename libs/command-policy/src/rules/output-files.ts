import type { Invocation } from '../walk/invoke.js';
import type { Finding } from '../walk/scene.js';
import { checkWrite } from './check-write.js';
import { readOptions } from './options.js';

const worst = (found: (Finding | undefined)[]) => found.find((finding) => finding?.verdict === 'deny') ?? found.find(Boolean);

/** gzip and the like put the compressed file in the place of the other. */
export function checkCompress({ args, cwd }: Invocation): Finding | undefined {
  const { letters, long, operands } = readOptions(args, 'S');
  if (/[cklt]/.test(letters) || long.some((name) => /^(?:stdout|keep|list|test|to-stdout)$/.test(name))) return undefined;
  return worst(operands.map((path) => checkWrite(path, { cwd, how: 'remove' })));
}

export function checkPatch({ args, cwd }: Invocation): Finding | undefined {
  const { values, operands } = readOptions(args, 'dipoDFBrVYz', ['directory', 'input', 'output', 'strip']);
  const folder = values.get('d') ?? values.get('directory') ?? '.';
  return worst([checkWrite(folder, { cwd, how: 'extract' }), operands[0] === undefined ? undefined : checkWrite(operands[0], { cwd, how: 'edit' }), values.has('o') ? checkWrite(values.get('o') ?? '', { cwd, how: 'copy' }) : undefined]);
}

const lastIsOutput = new Set(['split', 'uniq', 'ffmpeg', 'convert']);

/** Tools that write the file they are told: `-o file`, or as last word. */
export function checkOutputFile({ name, args, cwd }: Invocation): Finding | undefined {
  const named = args.flatMap((arg, index) => (/^(?:-o|-out|--output|-w|--outfile)$/.test(arg) ? [args[index + 1] ?? ''] : /^(?:--output=|-o)(.+)/.exec(arg)?.[1] ?? []));
  const operands = args.filter((arg, index) => !arg.startsWith('-') && !/^-[\w]$/.test(args[index - 1] ?? ''));
  const last = lastIsOutput.has(name) && operands.length > 1 ? operands.slice(-1) : [];
  return worst([...named, ...last].filter((path) => path.includes('/') || cwd !== '').map((path) => checkWrite(path, { cwd, how: 'copy' })));
}

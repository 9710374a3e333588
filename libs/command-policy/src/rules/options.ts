export interface Options { letters: string; long: string[]; values: Map<string, string>; operands: string[] }

/** GNU style: options anywhere, `--` ends them. `valued`: letters that take a value. */
export function readOptions(args: readonly string[], valued = '', longValued: readonly string[] = []): Options {
  const found: Options = { letters: '', long: [], values: new Map(), operands: [] };
  for (let i = 0; i < args.length; i += 1) {
    const arg = args[i] ?? '';
    if (arg === '--') { found.operands.push(...args.slice(i + 1)); break; }
    if (arg.startsWith('--')) i += longOption(found, arg, { next: args[i + 1], longValued });
    else if (arg.startsWith('-') && arg.length > 1) i += shortOptions(found, arg, { next: args[i + 1], valued });
    else found.operands.push(arg);
  }
  return found;
}

function longOption(found: Options, arg: string, { next, longValued }: { next: string | undefined; longValued: readonly string[] }): number {
  const cut = arg.indexOf('=');
  const name = arg.slice(2, cut < 0 ? undefined : cut);
  found.long.push(name);
  if (cut >= 0) found.values.set(name, arg.slice(cut + 1));
  if (cut >= 0 || !longValued.includes(name)) return 0;
  found.values.set(name, next ?? '');
  return 1;
}

function shortOptions(found: Options, arg: string, { next, valued }: { next: string | undefined; valued: string }): number {
  for (let at = 1; at < arg.length; at += 1) {
    const letter = arg[at] ?? '';
    found.letters += letter;
    if (!valued.includes(letter)) continue;
    const own = arg.slice(at + 1);
    found.values.set(letter, own === '' ? (next ?? '') : own);
    return own === '' ? 1 : 0;
  }
  return 0;
}

/** Long options may be cut short: `--recurs`. */
export const hasLong = ({ long }: Options, name: string) => long.some((given) => given.length > 1 && name.startsWith(given));

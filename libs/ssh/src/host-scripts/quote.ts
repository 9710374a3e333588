/** POSIX single quotes: whatever the text holds, the shell takes it as one literal word. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * Where `printf` is a program of its own (mksh and its kin), what it writes would stand on its command line for everybody to read: there the builtin `print` does it.
 * Knows the formats that host scripts use.
 */
export const builtinPrintf = String.raw`case $KSH_VERSION in '@(#)'*) printf() { case $1 in %b) print -n -- "$2";; '%s\n') print -r -- "$2";; '%s %s\n') print -r -- "$2 $3";; *) print -rn -- "$2";; esac; };; esac
`;

/** Lines of `printf '%b'` that write exactly these bytes; NUL travels as an octal escape. */
export function printfLines(bytes: Uint8Array): Buffer {
  const lines: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 8192) {
    lines.push(Buffer.from("printf '%b' '"), escaped(bytes.subarray(at, at + 8192)), Buffer.from("' || full=1\n"));
  }
  return Buffer.concat(lines);
}

function escaped(bytes: Uint8Array): Buffer {
  const text = Buffer.from(bytes).toString('latin1');
  const out = text.replace(/[\0\\']/g, (char) => (char === '\0' ? '\\0000' : char === '\\' ? '\\\\' : `'\\''`));
  return Buffer.from(out, 'latin1');
}

/** Assignments that export these variables. Names that are no shell names are refused before. */
export function exportLines(env: Record<string, string>): string {
  return Object.entries(env).map(([name, value]) => `export ${name}=${quote(value)}\n`).join('');
}

import { heardFunction } from './heard.js';
import { builtinPrintf, printfLines, quote } from './quote.js';

export interface SudoUse {
  user: string;
  /** How this host's sudo has to be asked, as the probe found. */
  mode: 'free' | 'password' | 'tty' | 'tty-password';
  /** Only with the modes that need one. */
  password?: string;
}

interface AsUser { id: string; text: string; env: Record<string, string>; stdin?: Uint8Array; sudo?: SudoUse }

/** The command as the other user gets it: on standard input, so that neither text nor environment stands in any process list of sudo. */
export function userScript({ id, text, env, stdin }: AsUser): Buffer {
  const exports = Object.entries({ ...env, EDGE_JOB: `${id}.` }).map(([name, value]) => `export ${name}=${quote(value)}\n`).join('');
  const head = `cd 2>/dev/null || cd /\n${exports}`;
  if (!stdin) return Buffer.from(`${head}exec sh -c ${quote(text)} </dev/null\n`);
  return Buffer.concat([Buffer.from(`${head}${builtinPrintf}{\n`), printfLines(stdin), Buffer.from(`} | sh -c ${quote(text)}\nexit $?\n`)]);
}

/** `R`: the user, `M`: the mode, `W`: the password, `payload`: writes the user's script. Empty without sudo. */
export function sudoVariables(request: AsUser): Buffer {
  if (!request.sudo) return Buffer.from('R=; M=; W=\n');
  const { user, mode, password } = request.sudo;
  const head = `R=${quote(user)}; M=${mode}; W=${quote(password ?? '')}\npayload() {\n`;
  return Buffer.concat([Buffer.from(head), printfLines(userScript(request)), Buffer.from('}\n')]);
}

/**
 * `as_user`: runs the payload by sudo; sets `r`. The password is given only when sudo asks (its prompt is a word that nothing else writes)
 * and once: a second prompt means that it is wrong, and sudo gets the end of its input. What sudo said is skipped in the error stream;
 * where it refused, `said` keeps the sentence.
 */
export const sudoFunctions = heardFunction + String.raw`
feed() {
  case $M in *password*) ;; *) payload; return;; esac
  n=0; told=
  while [ $n -lt 600 ]; do
    case $(cat err) in
      *"$N-in") note skip $(wc -c <err); payload; return;;
      *"$N-ask"*"$N-ask"*) return;;
      *"$N-ask"*) [ -n "$told" ] || printf '%s\n' "$W"; told=1;;
    esac
    [ -f asked ] && return
    n=$((n + 1)); nap 0.05
  done
}
script_of='s=$(cat; echo .); s=\${s%.}; eval "$s"'
as_user() {
  case $M in
    free) payload | sudo -n -H -u "$R" -- sh -c "$script_of" >>out 2>>err; r=$?;;
    password)
      feed | { LC_ALL=C sudo -S -k -H -p "$N-ask" -u "$R" -- sh -c "echo $N-in >&2; $script_of" >>out 2>>err; r=$?; true >asked; exit $r; }; r=$?;;
    tty*)
      mkfifo -m 600 pipe
      a="-n"; i=
      [ "$M" = tty ] || { a="-S -k -p $N-ask"; i="echo $N-in >&2; "; }
      (feed) >pipe &
      printf '%s' "$i$script_of" >as
      script -qec "exec sudo $a -H -u $R -- sh -c \"\$(cat '$d/as')\" <'$d/pipe' >>'$d/out' 2>>'$d/err'" /dev/null </dev/null >/dev/null; r=$?
      true >asked;;
  esac
  case $M in *password*) rec skip || { note skip $(wc -c <err); note said "$(heard <err)"; r=sudo; };; esac
}
`.replaceAll('\\${', '${');

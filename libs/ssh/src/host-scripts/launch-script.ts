import { followFunctions, type FollowRequest } from './follow-script.js';
import { prelude, type Prelude } from './prelude.js';
import { exportLines, printfLines, quote } from './quote.js';
import { sudoFunctions, sudoVariables, type SudoUse } from './sudo-functions.js';

export interface LaunchRequest extends Prelude, FollowRequest {
  text: string;
  env: Record<string, string>;
  stdin?: Uint8Array;
  sudo?: SudoUse;
}

/**
 * Claims `<jobs>/<id>` by `mkdir`, starts the command under a supervisor that outlives the connection, waits for it without polling,
 * and gives its output and exit code; if the id was claimed before, attaches to it.
 */
export function launchScript(request: LaunchRequest): Buffer {
  const head = `${prelude(request)}T=${quote(request.text)}\nx=${request.offsets.stdout}; y=${request.offsets.stderr}; c=${request.capBytes}; D=${request.deadlineSeconds}; L=0\n`;
  const input = request.stdin && !request.sudo ? Buffer.concat([Buffer.from('input() {\n'), printfLines(request.stdin), Buffer.from(':\n}\nS=1\n')]) : Buffer.from('S=\n');
  const env = `environment() {\n:\n${exportLines({ ...request.env, EDGE_JOB: `${request.id}.` })}}\n`;
  return Buffer.concat([Buffer.from(head), input, Buffer.from(env), sudoVariables(request), Buffer.from(sudoFunctions + launchFunctions + followFunctions() + run)]);
}

const launchFunctions = String.raw`
claim() {
  mkdir -m 700 "$1/$I" 2>/dev/null && return 0
  [ -d "$1/$I" ] && return 1
  mkdir -p -m 700 "$1" 2>/dev/null && mkdir -m 700 "$1/$I" 2>/dev/null && return 0
  [ -d "$1/$I" ] && return 1
  return 2
}
supervise() {
  set -C; true >decided || exit 0; set +C
  p=; t=0; sid=0
  [ -r /proc/self/stat ] && self
  [ -n "$p" ] || p=$(sh -c 'echo $PPID')
  boot; uptime_now
  note pid "$p $t $k $sid $u $$"
  rec pid || exit 0
  if [ -n "$S" ]; then exec <in; rm -f in; fi
  if [ -n "$M" ]; then as_user; else (cd "$HOME" || cd /; set -- "$d/cmd"; environment; exec sh "$1") >>out 2>>err; r=$?; fi
  note rc "$r"
}
launch() {
  cd "$d" || stop_with failed home
  full=
  printf '%s\n' "$T" >cmd 2>/dev/null && true >out && true >err || full=1
  [ -n "$S" ] && { input; } >in
  case $M in *password*) true >asking;; esac
  [ -n "$full" ] && { cd /; rm -r "$d"; stop_with failed full; }
  (supervise) </dev/null >/dev/null 2>&1 &
  w=$!
  both begin new "$SHELL" "$d"
  # Some shells say "Killed" where a supervisor was: that is not the command's output.
  exec 9>&2 2>/dev/null
  wait "$w"
  exec 2>&9 9>&-
  # Somebody else decided first: it never started.
  if [ -L decided ]; then
    case $(readlink decided) in cancelled) both end cancelled;; *) both end never;; esac
    exit 0
  fi
  finish launched
}
claim_any() {
  for b in "$b1" "$b2" "$b3"; do
    [ -n "$b" ] || continue
    [ "$b" = "$b3" ] && ! owned "$s" && { mkdir -m 700 "$s" 2>/dev/null || continue; }
    claim "$b"
    case $? in 0) d=$b/$I; return 0;; 1) d=$b/$I; return 1;; esac
  done
  return 2
}
`;

const run = String.raw`
while :; do
  if [ -n "$d" ]; then follow; fi
  claim_any
  case $? in
    0) launch;;
    2) why=$(LC_ALL=C mkdir -p "$b1/$I" 2>&1 </dev/null)
       case $why in *'No space'*|*quota*) stop_with failed full;; *) stop_with failed home "$why";; esac;;
  esac
done
`;

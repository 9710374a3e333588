import { builtinPrintf, quote } from './quote.js';

/** What every exchange with a host starts from. `marker` is a word that no output can guess. */
export interface Prelude {
  marker: string;
  id: string;
  /** Folder of job records; absent: `~/.edge/jobs` with its fallbacks. */
  jobsFolder?: string;
}

/**
 * Variables and functions that all host scripts share, in POSIX sh.
 * Records are written by builtins; where the disk is full they become symbolic links, which live in the inode.
 * A record counts only with its closing ` .`: a half-written one is none.
 */
export function prelude({ marker, id, jobsFolder }: Prelude): string {
  // An exported variable of the host with one of these names would hand our values on to the command.
  return `unset N I B T S R M W L D G Y H a b c d e f g h i k l m n o p q r s t u v w x y z\nN=${quote(marker)}; I=${quote(id)}; B=${quote(jobsFolder ?? '')}\n${builtinPrintf}${functions}`;
}

const functions = String.raw`
say() { printf '%s %s\n' "$N" "$*"; }
both() { say "$@"; say "$@" >&2; }
stop_with() { both begin none "$SHELL"; both end "$@"; exit 0; }
nap() { sleep "$1" 2>/dev/null || sleep 1; }
rec() {
  v=
  if [ -L "$1" ]; then v=$(readlink "$1"); elif [ -f "$1" ]; then read -r v <"$1"; fi
  case $v in *' .') v=\${v% .}; return 0;; esac
  return 1
}
note() { echo "$2 ." >"$1" || { rm -f "$1"; ln -s "$2 ." "$1"; }; }
self() { read -r p q1 q2 q3 q4 sid q5 q6 q7 q8 q9 q10 q11 q12 q13 q14 q15 q16 q17 q18 q19 t q20 </proc/self/stat; }
boot() { k=none; [ -r /proc/sys/kernel/random/boot_id ] && read -r k </proc/sys/kernel/random/boot_id; }
uptime_now() { u=0; [ -r /proc/uptime ] && { read -r u q1 </proc/uptime; u=\${u%.*}; }; }
owned() { [ -O "$1" ] && [ -d "$1" ] && ! [ -L "$1" ]; }
case $B in '~/'*) B=$HOME/\${B#??};; esac
b1=$B b2= b3=
if [ -z "$B" ]; then
  b1=\${HOME:-/nonexistent}/.edge/jobs
  [ -n "$XDG_RUNTIME_DIR" ] && b2=$XDG_RUNTIME_DIR/edge/jobs
  s=/dev/shm/edge-\${LOGNAME:-$USER}
  if [ -d /dev/shm ]; then if ! [ -e "$s" ] || owned "$s"; then b3=$s/jobs; fi; fi
fi
d=
for b in "$b1" "$b2" "$b3"; do [ -n "$b" ] && [ -d "$b/$I" ] && { d=$b/$I; break; }; done
`.replaceAll('\\$', '$');

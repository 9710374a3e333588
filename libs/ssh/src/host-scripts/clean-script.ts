import { prelude } from './prelude.js';

export interface CleanRequest {
  marker: string;
  jobsFolder?: string;
  /** Records of commands that ended longer ago than this go. */
  olderThanDays: number;
  /** Then the oldest go until the rest fits into this. */
  keepBytes: number;
}

/**
 * Removes the records of ended commands; never one that has no end yet and whose host did not restart since. And the parts of uploads that nobody goes on with:
 * of the same age, with no process that fills them. Says how many records went and stayed, and how many parts went.
 */
export function cleanScript(request: CleanRequest): Buffer {
  const { marker, jobsFolder } = request;
  const head = prelude({ marker, id: '-', ...(jobsFolder ? { jobsFolder } : {}) });
  return Buffer.from(`${head}A=${request.olderThanDays}; K=${Math.ceil(request.keepBytes / 1024)}\n${run}`);
}

const run = String.raw`
both begin none "$SHELL"
boot
gone=0; kept=0; parts=0
ended() {
  rec "$1/rc" && return 0
  if rec "$1/pid"; then set -- $v; [ "$3" != "$k" ]; return; fi
  [ -L "$1/decided" ]
}
filled() {
  set -- "$1" "\${1#* }"; set -- "\${1%% *}" "$2"
  [ -n "$2" ] && [ -r "/proc/$1/stat" ] && read -r q1 q1 y q1 q1 q1 q1 q1 q1 q1 q1 q1 q1 q1 q1 q1 q1 q1 q1 q1 q1 t q1 <"/proc/$1/stat" && [ "$y" != Z ] && [ "$t" = "$2" ]
}
sweep_part() {
  p=; f=; { read -r p; IFS= read -r f; } <"$1"
  case $f in *.edge-????????????????) ;; *) return;; esac
  filled "$p" && return
  if [ -f "$f" ] && ! [ -L "$f" ]; then
    [ -n "$(find "$f" -prune -mtime +$A 2>/dev/null)" ] || return
    rm -f "$f" && parts=$((parts + 1))
  fi
  rm -f "$1"
}
for b in "$b1" "$b2" "$b3"; do
  [ -n "$b" ] && [ -d "$b" ] || continue
  for f in $(find "$b" -mindepth 1 -maxdepth 1 -type d -mtime +$A -exec basename {} \; 2>/dev/null); do
    ended "$b/$f" && rm -rf "$b/$f" && gone=$((gone + 1))
  done
  for o in "$b"/.parts/*; do [ -f "$o" ] && sweep_part "$o"; done
  z=$(du -sk "$b" | cut -f1)
  for f in $(ls -tr "$b"); do
    [ "$z" -gt "$K" ] || break
    [ -d "$b/$f" ] || continue
    a=$(du -sk "$b/$f" | cut -f1)
    ended "$b/$f" && rm -rf "$b/$f" && { gone=$((gone + 1)); z=$((z - a)); }
  done
  for f in "$b"/*/; do [ -d "$f" ] && kept=$((kept + 1)); done
done
both end "$gone" "$kept" "$parts"
exit 0
`.replaceAll('\\$', '$');

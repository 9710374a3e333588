import { killFunctions } from './kill-functions.js';
import { prelude, type Prelude } from './prelude.js';
import { quote } from './quote.js';
import type { SudoUse } from './sudo-functions.js';

export interface FollowRequest {
  /** Bytes of each stream that were received; -1: this stream is not wanted any more. */
  offsets: { stdout: number; stderr: number };
  /** At most this much of each stream is kept on the host and sent. */
  capBytes: number;
  /** From its start the command may run this long; a follower that is still there then ends it. */
  deadlineSeconds: number;
}

/** Attaches to a command that was launched before: streams what is new until its end. `live`: the launching exchange leaves the output to this one. */
export function followScript(request: Prelude & FollowRequest & { live: 0 | 1; sudo?: SudoUse }): Buffer {
  const { offsets } = request;
  const head = `${prelude(request)}x=${offsets.stdout}; y=${offsets.stderr}; c=${request.capBytes}; D=${request.deadlineSeconds}; L=${request.live}; R=${quote(request.sudo?.user ?? '')}; W=${quote(request.sudo?.password ?? '')}\n`;
  return Buffer.from(`${head}${followFunctions()}[ -n "$d" ] || stop_with missing\nfollow only\nstop_with never\n`);
}

/**
 * `pump from to had`: sends at most 4 MiB of what is new, so that an endless writer cannot keep the guard from its work.
 * `finish how`: sends what is left and how it ended. `follow`: returns only if the command never started and may be launched anew.
 */
export function followFunctions(): string {
  return killFunctions + functions;
}

const functions = String.raw`
send() {
  [ "$2" -ge "$c" ] && return
  if [ "$2" = 0 ]; then [ -s "$1" ] && head -c "$c" <"$1"; elif [ "$2" -gt 0 ]; then tail -c +$(($2 + 1)) <"$1" | head -c $((c - $2)); fi
}
finish() {
  if [ -L stop ]; then
    n=0
    while [ -L stop ] && ! [ -L proof ] && [ $n -lt 200 ]; do nap 0.1; n=$((n + 1)); done
  fi
  m=-; o=-
  [ -L stop ] && m=$(readlink stop)
  [ -L proof ] && o=$(readlink proof)
  rec rc || { v=-; [ -L stop ] || m=gone; }
  code=$v
  g=sent
  if [ "$1" = launched ]; then
    k9=0; [ -f asking ] && rec skip && k9=$v
    [ "$y" -ge 0 ] && y=$((y + k9))
    if [ -L live ]; then g=live; else send out "$x"; send err "$y" >&2; fi
  fi
  h=; [ "$code" = sudo ] && rec said && h=$v
  both end done "$code" "$m" "$o" "$g" "$h"
  exit 0
}
pump() {
  got=$(LC_ALL=C dd bs=65536 count=64 <&"$1" 2>&1 >&"$2") || return 1
  got=\${got%%+*}; got=\${got##*[!0-9]}; sum=$(($3 + got))
  [ $((sum * 65536)) -gt "$c" ] && return 1
  [ "$got" = 64 ] && more=1
  return 0
}
alive() {
  [ -n "$p" ] || return 1
  if [ -d /proc/self ]; then
    q=
    read -r q 2>/dev/null <"/proc/$p/stat" || return 1
    q=\${q##*') '}; set -- $q
    [ "$1" != Z ] && [ "\${20}" = "$t" ]
  else kill -0 "$p" 2>/dev/null; fi
}
guard() {
  if [ -n "$(find out err -size +$((c + 1048576))c 2>/dev/null)" ]; then
    for f in out err; do
      z=$(wc -c <$f); [ "$z" -gt "$c" ] || continue
      dd if=/dev/null of=$f bs=4096 seek=$((c / 4096)) 2>/dev/null
      a=0; rec cut-$f && a=$v; note cut-$f $((a + z - c))
    done
  fi
  uptime_now
  if [ "$u" -gt $((u0 + D)) ] && [ "$u0" -gt 0 ] && ! [ -L stop ]; then ln -s deadline stop; end_tree 10; fi
}
follow() {
  cd "$d" || stop_with failed home
  n=0
  while ! rec pid; do
    [ -d "$d" ] || { cd /; d=; [ -n "$1" ] && stop_with missing; return 1; }
    [ -L decided ] && [ "$(readlink decided)" = cancelled ] && stop_with cancelled
    if [ $n -ge 100 ]; then
      [ -f decided ] && { rec pid && break; stop_with done - gone - sent; }
      [ -L decided ] && stop_with never
      ln -s abandoned decided 2>/dev/null || continue
      cd /; mv "$d" "$d.abandoned.$$"; d=
      [ -n "$1" ] && stop_with never
      return 1
    fi
    n=$((n + 1)); nap 0.05
  done
  set -- $v; p=$1; t=$2; k0=$3; sid=$4; u0=$5; f0=$6
  boot; uptime_now
  [ "$L" = 1 ] && ln -s 1 live 2>/dev/null
  age=$((u - u0)); [ "$k0" = "$k" ] || age=-
  both begin attached "$SHELL" "$d" "$age"
  trap '' PIPE
  n=0
  while [ -f asking ] && ! rec skip && ! rec rc && [ $n -lt 600 ]; do n=$((n + 1)); nap 0.05; done
  k9=0; [ -f asking ] && rec skip && k9=$v
  [ "$k9" -gt 0 ] && [ "$y" -ge 0 ] && y=$((y + k9))
  exec 3<out 4<err 8>&1 9>&2
  [ "$x" -gt 0 ] && dd bs=1 skip="$x" count=0 <&3 2>/dev/null
  [ "$y" -gt 0 ] && dd bs=1 skip="$y" count=0 <&4 2>/dev/null
  w=0.05; seen=$u; sum1=$((x / 65536)); sum2=$((y / 65536))
  while :; do
    over=; rec rc && over=rc
    [ -n "$over" ] || { [ "$k0" = "$k" ] || over=reboot; }
    [ -n "$over" ] || alive || { rec rc && over=rc || over=gone; }
    more=
    if [ "$x" -ge 0 ]; then pump 3 8 "$sum1" || x=-1; sum1=$sum; fi
    if [ "$y" -ge 0 ]; then pump 4 9 "$sum2" || y=-1; sum2=$sum; fi
    uptime_now
    [ "$u" = "$seen" ] || { seen=$u; guard; }
    [ -n "$more" ] && continue
    case $over in
      rc) finish followed;;
      reboot|gone) [ -L stop ] && finish followed; both end done - $over - sent; exit 0;;
    esac
    nap $w
    case $w in 0.05) w=0.1;; 0.1) w=0.2;; 0.2) w=0.4;; 0.4) w=0.6;; *) w=1;; esac
  done
}
`.replaceAll('\\$', '$');

/**
 * `members`: sets `l` to the living processes of the job: those of its session, those that carry its mark in their environment,
 * and all their descendants; not the supervisor `p`, what it descends from, and the shell `f0` that launched it and may still wait for it.
 * `tell signal`: also to processes of other users, by sudo: `R` is whose they are, `W` the password if one is needed. Those of `R` by `sh`, which the rule for its commands allows.
 * `end_tree grace`: TERM, grace, KILL, then looks; records the proof.
 */
export const killFunctions = String.raw`
members() {
  table=; above=" $p $f0 "
  if [ -d /proc/self ]; then
    for f in /proc/[0-9]*/stat; do
      r=
      read -r r 2>/dev/null <"$f" || continue
      i=\${r%% *}; r=\${r##*') '}
      set -- $r
      [ "$1" = Z ] && continue
      table="$table$i $2 $4
"
    done
    marked=$(grep -l "EDGE_JOB=$I\\." /proc/[0-9]*/environ 2>/dev/null)
  else
    table=$(ps -A -o pid= -o ppid= -o pgid=); marked=
  fi
  l=" "
  for f in $marked; do i=\${f#/proc/}; l="$l\${i%%/*} "; done
  a=$p
  while [ -n "$a" ] && [ "$a" != 0 ] && [ "$a" != 1 ]; do
    up=
    while read -r i pp ss; do [ "$i" = "$a" ] && up=$pp; done <<EDGE_TABLE
$table
EDGE_TABLE
    above="$above$up "; a=$up
  done
  more=1
  while [ -n "$more" ]; do
    more=
    while read -r i pp ss; do
      [ -n "$i" ] || continue
      case $l in *" $i "*) continue;; esac
      case $above in *" $i "*) continue;; esac
      [ "$i" = $$ ] && continue
      [ "$pp" = "$f0" ] && continue
      if [ "$pp" = "$p" ]; then l="$l$i "; more=1; continue; fi
      [ "$sid" != 0 ] && [ "$ss" = "$sid" ] && { l="$l$i "; more=1; continue; }
      case $l in *" $pp "*) l="$l$i "; more=1;; esac
    done <<EDGE_TABLE
$table
EDGE_TABLE
  done
  m=
  for i in $l; do case $above in *" $i "*) ;; *) m="$m $i";; esac; done
  l=$m
  [ -n "$l" ]
}
tell() {
  hard=
  for i in $l; do kill "-$1" "$i" 2>/dev/null || hard="$hard $i"; done
  [ -n "$hard" ] || return 0
  if [ -n "$R" ]; then set -- sh -c "kill -$1$hard"; else set -- kill "-$1" $hard; fi
  sudo -n \${R:+-u "$R"} "$@" 2>/dev/null && return
  [ -n "$W" ] && printf '%s\n' "$W" | sudo -S -k -p '' \${R:+-u "$R"} "$@" 2>/dev/null
}
end_tree() {
  members && { tell TERM; tell CONT; }
  e=0; uptime_now; e0=$u
  while members; do
    uptime_now
    [ $((u - e0)) -ge "$1" ] && [ "$u" -gt 0 ] && break
    [ $e -ge $(($1 * 10)) ] && break
    e=$((e + 1)); nap 0.1
  done
  e=0
  while members; do
    [ $((e % 5)) = 0 ] && tell KILL
    [ $e -ge 30 ] && break
    e=$((e + 1)); nap 0.1
  done
  if [ -n "$l" ]; then ln -s "alive:$(echo $l | tr ' ' ',')" proof; else ln -s dead proof; fi 2>/dev/null
}
`.replaceAll('\\$', '$').replaceAll('\\\\', '\\');

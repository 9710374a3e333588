import { canaries } from './programs.js';

/** A program that writes down how it was called. Line ends inside words become a letter that no line has. */
export const recorder = `#!/real/busybox ash
nl='
'
line="\${0##*/}"
for word; do line="$line"$'\\x01'"\${word//"$nl"/$'\\x03'}"; done
printf '%s\\x02%s\\n' "$line" "$PWD" >> /log/calls
`;

/** A program that starts the command behind its options. \`valued\`: the letters that take a value. */
export const passer = (valued: string) => `#!/real/busybox ash
while [ $# -gt 0 ]; do
  case $1 in
    --) shift; break;;
    --*=*) shift;;
    --user|--group|--uid|--exec|--unit) shift 2;;
    -[${valued || '_'}]) shift 2;;
    -[si]) if [ $# -eq 1 ]; then exec bash; fi; shift;;
    -*) shift;;
    [A-Za-z_]*=*) export "$1"; shift;;
    *) break;;
  esac
done
case \${0##*/} in taskset|chrt) shift;; esac
[ $# -gt 0 ] || exit 0
exec "$@"
`;

/** su and runuser: the text of -c, the command behind -u, or the input. */
export const switcher = `#!/real/busybox ash
user=
while [ $# -gt 0 ]; do
  case $1 in
    -c|--command) exec bash -c "$2";;
    -u) shift 2; [ "$1" = -- ] && shift; exec "$@";;
    *) shift;;
  esac
done
exec bash
`;

/** find does everything but remove: that is written down. */
export const finder = `#!/real/busybox ash
for word; do [ "$word" = -delete ] && { /stub/recorder-find "$@"; exit 0; }; done
exec /real/busybox find "$@"
`;

/** Copies, moves and links are written down, and done where they touch nothing of the system. */
export const mover = `#!/real/busybox ash
name=\${0##*/}
/stub/recorder-$name "$@"
for word; do case $word in /tmp/*|/srv/*|/opt/shop/*|-*) ;; /*|~*|*..*) exit 0;; esac; done
case $PWD in /tmp*|/srv/*|/home/edge*|/opt/shop*) exec /real/busybox $name "$@";; esac
`;

/** What comes from the network is a script: running it shows. */
export const downloader = `#!/real/busybox ash
/stub/recorder-\${0##*/} "$@"
while [ $# -gt 0 ]; do
  case $1 in -o|-O|--output|--output-document) [ "$2" != - ] && { echo 'rm -rf /from-the-network' > "$2"; exit 0; }; shift;; esac
  shift
done
echo 'rm -rf /from-the-network'
`;

/** at and batch run what they read; here at once. */
export const scheduler = `#!/real/busybox ash
exec bash
`;

/**
 * Runs as the first process of its own world: checks that it is one, then runs every case and says what it did.
 * After each case everything else is killed, and the files of the system are as they were. When nobody listens any more, it ends.
 */
export const driver = `#!/real/busybox ash
exec 3>&1
bb=/real/busybox
fail() { echo "CONTAINED no: $1" >&3; exit 9; }
[ $$ = 1 ] || fail 'not the first process'
[ -e /oracle-root ] || fail 'not in the throw-away root'
[ -e "$MARKER" ] && fail 'the files of the machine are seen'
[ -e /proc/1 ] && fail 'the processes of the machine are seen'
[ -z "$(ls -A /sys/class/net 2>/dev/null)" ] || fail 'the network of the machine is seen'
echo x > /etc/canary || fail 'cannot write here'
echo 'CONTAINED yes' >&3
unset MARKER
ulimit -u 400 2>/dev/null; ulimit -f 16384; ulimit -c 0
list='${canaries.map((path) => `/${path}`).join(' ')}'
before=$($bb md5sum $list)
export HOME=/home/edge PATH=/bin:/usr/bin USER=edge LOGNAME=edge TERM=dumb LC_ALL=C
for file in /cases/*; do
  cd /home/edge
  : > /log/calls
  $bb sleep 1000 3>&- & canary=$!
  echo "CASE \${file##*/}" >&3 || exit 1
  if bash -n "$file" 2>/dev/null; then
    $bb timeout -s KILL 3 bash -c "$($bb cat "$file")" < /dev/null > /log/out 2>/dev/null 3>&-
  else
    echo 'SYNTAX' >&3
  fi
  kill -0 $canary 2>/dev/null || echo 'KILLED everything' >&3
  kill -9 -1 2>/dev/null
  wait 2>/dev/null
  $bb cat /log/calls >&3
  echo "OUT $($bb md5sum < /log/out)" >&3
  after=$($bb md5sum $list 2>&1)
  if [ "$after" != "$before" ]; then
    echo "$after" | while read -r line; do case "
$before
" in *"
$line
"*) ;; *) echo "CHANGED $line" >&3;; esac; done
  fi
  $bb rm -rf /home/edge /tmp /srv /opt /etc /run 2>/dev/null
  $bb cp -a /pristine/. /
done
echo 'DONE' >&3
`;

import type { ShellFile } from '@edge/ports';
import { quote } from './quote.js';

/** A command that takes the file from its standard input; says `<marker> ok` or `<marker> <what failed>`. No secrets: it stands in the process list. */
export function uploadCommand(file: Omit<ShellFile, 'content' | 'host'>, marker: string): string {
  const path = file.path.startsWith('~/') ? `"$HOME"/${quote(file.path.slice(2))}` : quote(file.path);
  const mode = (file.mode ?? 0o644).toString(8).padStart(4, '0');
  const own = file.owner ? `run chown ${quote(file.owner)} "$t" || run sudo -n chown ${quote(file.owner)} "$t" || fail` : ':';
  const script = `LC_ALL=C; export LC_ALL; g=${path}; t="$g.edge-${marker.slice(-12)}"; e=
fail() { rm -f "$t"; echo "${marker} $e"; exit 1; }
run() { e=$("$@" 2>&1); }
run mkdir -p "\${g%/*}/" || fail
e=$( { umask 077; cat >"$t"; } 2>&1) || fail
s=$(sha256sum <"$t" 2>/dev/null || shasum -a 256 <"$t" 2>/dev/null || openssl dgst -sha256 -r <"$t")
[ "\${s%% *}" = ${file.sha256} ] || { e="checksum mismatch, got \${s%% *}"; fail; }
${own}
run chmod ${mode} "$t" || fail
[ -d "$g" ] && { e="is a directory"; fail; }
run mv -f "$t" "$g" || fail
echo "${marker} ok"`;
  return `exec sh -c ${quote(script)}`;
}

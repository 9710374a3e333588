import { createHash } from 'node:crypto';
import type { ShellFile } from '@edge/ports';
import { quote } from './quote.js';

export interface UploadRequest extends Pick<ShellFile, 'path' | 'sha256' | 'mode' | 'owner'> {
  marker: string;
  /** Folders that the host must not have as symbolic links: those of a tree below its root. */
  realFolders?: string[];
  /** Folder of job records, where a part that is left behind is noted for the sweep. Default `~/.edge/jobs`. */
  jobsFolder?: string | undefined;
}

/**
 * A command that says `<marker> at <bytes>`, what it has of the file from an earlier attempt, takes the rest from its standard input, and says `<marker> ok`
 * or `<marker> <what failed>`; a file that is there as it should be costs no byte. Where the connection broke, nobody hears of the mismatch (the `echo` fails)
 * and what came stays for the next attempt, or for the sweep: a note says which process fills which part. Where the note cannot be written the upload goes on
 * without. No secrets: it stands in the process list.
 */
export function uploadCommand({ marker, realFolders = [], jobsFolder = '~/.edge/jobs', ...file }: UploadRequest): string {
  const mode = (file.mode ?? 0o644).toString(8).padStart(4, '0');
  const owner = file.owner ? quote(file.owner) : '';
  const own = owner ? `own() { run chown ${owner} "$1" || run sudo -n chown ${owner} "$1"; }` : 'own() { :; }';
  const script = `LC_ALL=C; export LC_ALL; g=${pathWord(file.path)}; t="$g.edge-${file.sha256.slice(0, 16)}"; j=${pathWord(jobsFolder)}/.parts; o="$j/${noteName(file)}"; e=
fail() { echo "${marker} $e"; exit 1; }
run() { e=$("$@" 2>&1); }
sum() { s=$(sha256sum <"$1" 2>/dev/null || shasum -a 256 <"$1" 2>/dev/null || openssl dgst -sha256 -r <"$1"); s=\${s%% *}; }
drop() { rm -f "$t" "$o"; }
noted() { { [ -d "$j" ] || mkdir -p "$j"; } && { s=; [ -r /proc/$$/stat ] && read -r q q q q q q q q q q q q q q q q q q q q q s q </proc/$$/stat; echo "$$ $s" >"$o" && printf '%s\\n' "$t" >>"$o"; }; }
${own}
for f in ${realFolders.map(pathWord).join(' ')}; do [ -L "$f" ] && { e="$f is a symbolic link on the host"; fail; }; done
[ -d "$g" ] && { e="is a directory"; fail; }
run mkdir -p "\${g%/*}/" || fail
if [ -f "$g" ] && ! [ -L "$g" ]; then
  sum "$g"
  if [ "$s" = ${file.sha256} ]; then own "$g" && run chmod ${mode} "$g" || fail; echo "${marker} ok"; exit 0; fi
fi
[ -L "$t" ] && rm -f "$t"
n=0; [ -f "$t" ] && n=$(($(wc -c <"$t")))
umask 077
noted 2>/dev/null
echo "${marker} at $n"
e=$( { cat >>"$t"; } 2>&1) || { drop; fail; }
sum "$t"
[ "$s" = ${file.sha256} ] || { echo "${marker} checksum mismatch, got $s" && drop; exit 1; }
own "$t" && run chmod ${mode} "$t" || { drop; fail; }
run mv -f "$t" "$g" || { drop; fail; }
rm -f "$o"
echo "${marker} ok"`;
  return `exec sh -c ${quote(script)}`;
}

function pathWord(path: string): string {
  return path.startsWith('~/') ? `"$HOME"/${quote(path.slice(2))}` : quote(path);
}

/** The same for every attempt to bring this content to this place. */
function noteName({ path, sha256 }: Pick<ShellFile, 'path' | 'sha256'>): string {
  return createHash('sha256').update(`${sha256} ${path}`).digest('hex').slice(0, 32);
}

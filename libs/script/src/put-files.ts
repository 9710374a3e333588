import { cksum } from './cksum.js';
import { arg, sh, type Text } from './text.js';

/** A file at its full path on the host. Mode e.g. 0o644. */
export interface PutFile { path: string; content: string; mode: number }

const ownerForm = /^[A-Za-z_][A-Za-z0-9_.-]*(:[A-Za-z_][A-Za-z0-9_.-]*)?$/;
// A command holds 64 KiB; what is larger belongs into an artifact.
const longest = 48 * 1024;

/**
 * Shell text that writes every file beside its place, with its mode and owner and its checksum compared, and then renames them all: where anything fails
 * before, no place has changed.
 */
export function putFiles(what: string, { files, owner }: { files: PutFile[]; owner?: string | undefined }): Text {
  const encoded = files.map((file) => ({ ...file, bytes: new TextEncoder().encode(file.content) }));
  if (encoded.reduce((sum, { bytes }) => sum + bytes.length, 0) > longest) throw new TypeError(`${what} is longer than 48 KiB: put it into an artifact.`);
  const folders = [...new Set(files.map(({ path }) => path.slice(0, path.lastIndexOf('/')) || '/'))];
  const places = files.map(({ path }) => unless(sh`[ -d ${arg(path)} ]`, `${path} is a folder.`));
  const written = encoded.map(({ path, content, mode, bytes }) => {
    const fresh = arg(freshPath(path));
    const own = owner === undefined ? sh`` : sh` && chown ${arg(owner)} ${fresh}`;
    return sh`printf %s ${arg(content)} > ${fresh} && ${unless(sh`[ "$(cksum < ${fresh})" != ${arg(cksum(bytes))} ]`, `${path} did not arrive whole.`)} && chmod ${arg(mode.toString(8).padStart(4, '0'))} ${fresh}${own}`;
  });
  const moved = files.map(({ path }) => sh`mv -f ${arg(freshPath(path))} ${arg(path)}`);
  return [sh`mkdir -p ${arg(folders)}`, ...places, sh`umask 077`, ...written, ...moved].reduce((all, step) => sh`${all} && ${step}`);
}

/** Goes on only where the test does not hold; else says why on standard error. */
export function unless(test: Text, sentence: string): Text {
  return sh`if ${test}; then echo ${arg(sentence)} >&2; false; fi`;
}

/** @throws TypeError for an owner or a mode that is none */
export function checkRights({ owner, mode }: { owner?: string | undefined; mode: number }): void {
  if (owner !== undefined && !ownerForm.test(owner)) throw new TypeError(`"${owner}" is no owner: say user or user:group.`);
  if (!Number.isInteger(mode) || mode < 0 || mode > 0o7777) throw new TypeError(`${mode} is no file mode.`);
}

/** @throws TypeError for a path that is not absolute or leads out */
export function checkPath(path: string): void {
  if (!path.startsWith('/') || path.endsWith('/') || path.split('/').includes('..')) throw new TypeError(`A file's path is absolute and without "..": "${path}" is none.`);
}

function freshPath(path: string): string {
  return `${path}.edge-new`;
}

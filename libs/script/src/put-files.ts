import { cksum } from './cksum.js';
import { freshFolder, intoRoot } from './fresh-folder.js';
import { arg, sh, type Text } from './text.js';
import { unless } from './unless.js';

/** `path`: below the root. Mode e.g. 0o644. */
export interface PutFile { path: string; content: string; mode: number }

export interface PutFiles { root: string; files: readonly PutFile[]; owner?: string | undefined }

const ownerForm = /^[A-Za-z_][A-Za-z0-9_.-]*(:[A-Za-z_][A-Za-z0-9_.-]*)?$/;
// A command holds 64 KiB; what is larger belongs into an artifact.
const longest = 48 * 1024;

/**
 * Shell text that writes every file in a fresh folder beside its place, with its mode and owner and its checksum compared, and then renames them all:
 * where anything fails before, no place has changed and nothing stays behind.
 */
export function putFiles(what: string, { root, files, owner }: PutFiles): Text {
  if (files.reduce((sum, { content }) => sum + bytesOf(content).length, 0) > longest) throw new TypeError(`${what} is longer than 48 KiB: put it into an artifact.`);
  const name = `.edge-new-${cksum(bytesOf(JSON.stringify(files))).replace(' ', '-')}`;
  // One shell within the other, each in a fresh folder of its own: it moves its files once all those of the inner ones have arrived.
  const put = [...byFolder(files)].reduceRight<Text[]>((inner, [below, its]) => [level({ root, below, name, files: its, owner, inner })], []);
  return sh`( ${[intoRoot(root), ...put].reduce(and)} )`;
}

function byFolder(files: readonly PutFile[]): Map<string, PutFile[]> {
  const folders = new Map<string, PutFile[]>();
  for (const file of files) {
    const folder = file.path.split('/').slice(0, -1).join('/');
    folders.set(folder, [...(folders.get(folder) ?? []), file]);
  }
  return folders;
}

function level({ root, below, name, files, owner, inner }: PutFiles & { below: string; name: string; inner: Text[] }): Text {
  const holds = files.map(({ path }) => `./${nameOf(path)}`);
  const free = files.map(({ path }) => unless(sh`[ -d ${arg(`../${nameOf(path)}`)} ]`, `${root}/${path} is a folder.`));
  const written = files.map((file) => write(file, `${root}/${file.path}`, owner));
  // Into the folder, not onto a name: there a link to a folder would be followed.
  return sh`( ${[freshFolder({ root, below, name, holds }), ...free, ...written, ...inner, sh`mv -f ${arg(holds)} ../`].reduce(and)} )`;
}

function write({ path, content, mode }: PutFile, place: string, owner: string | undefined): Text {
  const fresh = arg(`./${nameOf(path)}`);
  const own = owner === undefined ? sh`` : sh` && chown ${arg(owner)} ${fresh}`;
  const arrived = unless(sh`[ "$(cksum < ${fresh})" != ${arg(cksum(bytesOf(content)))} ]`, `${place} did not arrive whole.`);
  return sh`printf %s ${arg(content)} > ${fresh} && ${arrived}${own} && chmod ${arg(mode.toString(8).padStart(4, '0'))} ${fresh}`;
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

const and = (all: Text, step: Text): Text => sh`${all} && ${step}`;
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

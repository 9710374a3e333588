import { checkPath, checkRights, putFiles } from './put-files.js';
import type { Text } from './text.js';

/** `path`: below the tree's, e.g. `conf/app.conf`. `mode`: default 0o644. */
export interface TreeFile { path: string; content: string; mode?: number }

export interface TreeOptions {
  /** The folder that holds the tree: absolute, without "..". */
  path: string;
  files: readonly TreeFile[];
  /** `user` or `user:group`; default the user that runs the step. */
  owner?: string;
}

/**
 * Shell text that puts the files of a folder together: all are written beside their places and their checksums compared, then all are renamed; where
 * anything fails before, no place has changed. Files that are not of the tree stay. A host that has a symbolic link in the place of one of its folders is left alone.
 * @throws TypeError for paths that are absolute, lead out of the tree, are there twice or are the folder of another; and as `file` does
 */
export function tree({ path: root, files, owner }: TreeOptions): Text {
  checkPath(root);
  checkBelow(root, files);
  const put = files.map(({ path, content, mode = 0o644 }) => ({ path, content, mode }));
  for (const { mode } of put) checkRights({ owner, mode });
  return putFiles(`The tree ${root}`, { root, files: put, owner });
}

function checkBelow(root: string, files: readonly TreeFile[]): void {
  if (files.length === 0) throw new TypeError(`The tree ${root} has no file.`);
  const seen = new Set<string>();
  for (const { path } of files) {
    if (path.split('/').some((part) => part === '' || part === '.' || part === '..')) throw new TypeError(`"${path}" does not stay below ${root}.`);
    if (seen.has(path)) throw new TypeError(`${path} is there twice.`);
    seen.add(path);
  }
  for (const folder of files.flatMap(({ path }) => foldersOf(path))) if (seen.has(folder)) throw new TypeError(`${folder} is a file and a folder.`);
}

/** Every folder on the way to a file: `a/b/c` has `a` and `a/b`. */
function foldersOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

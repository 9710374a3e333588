import { arg, sh, type Text } from './text.js';
import { unless } from './unless.js';

export interface FreshFolder {
  root: string;
  /** The folder below the root that gets it; empty for the root itself. */
  below: string;
  name: string;
  /** What is removed from it: before, what an earlier command left; in the end, what is still there. */
  holds: readonly string[];
}

/** Into the root; `$top` is where it really is. */
export const intoRoot = (root: string): Text => sh`mkdir -p ${arg(root)} && cd -P ${arg(root)} && top=$(pwd -P) && top=\${top%/}`;

/**
 * Shell text that goes from the root (`$top`) into a folder of its own beside the places of files: nobody else can enter it, and it goes when the shell ends.
 *
 * Others may own the folders on the way and swap them, or what lies in them, at any moment. So no path is trusted twice: the shell walks, looks after
 * each step where it really is, and what comes after names only `./x` and `../`, which nobody can turn elsewhere while the shell stands here.
 */
export function freshFolder({ root, below, name, holds }: FreshFolder): Text {
  const parts = below === '' ? [] : below.split('/');
  const [fresh, gone] = [arg(`./${name}`), sh`rm -f ${arg(holds)}`];
  return [
    sh`cd -P "$top/" && here=$top`,
    ...parts.map((part, index) => stepInto(part, `${root}/${parts.slice(0, index + 1).join('/')}`)),
    sh`mkdir -p ${fresh} && cd -P ${fresh}`,
    unless(sh`[ "$(pwd -P)" != "$here/"${arg(name)} ] || [ "$(find . -prune -user "$(id -u)")" != . ]`, `Somebody else has ${[root, ...parts, name].join('/')}: remove it when nobody needs it.`),
    sh`trap ${arg(sh`${gone}; cd -P .. && rmdir ${fresh}`.text)} EXIT && trap 'exit 1' HUP INT TERM && chmod 700 . && ${gone}`,
  ].reduce((all, step) => sh`${all} && ${step}`);
}

/** One at a time: a link among them is seen before anything is made behind it. */
function stepInto(part: string, folder: string): Text {
  const name = arg(`./${part}`);
  return sh`mkdir -p ${name} && cd -P ${name} && here=$here/${arg(part)} && ${unless(sh`[ "$(pwd -P)" != "$here" ]`, `${folder} is a symbolic link.`)}`;
}

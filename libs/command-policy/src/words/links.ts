import { absolutePath } from './paths.js';

const mostHops = 8;

/** How a path is followed: `last`, whether the link at its very end is followed too (writing does, removing does not). */
export interface Following { cwd: string; links: ReadonlyMap<string, string>; last: boolean }

/** The path behind the links this command made; the path as written when none is on its way. */
export function throughLinks(path: string, { cwd, links, last }: Following): string {
  if (links.size === 0 || path === '') return path;
  const slash = /\/\.?$/.test(path);
  let full = absolutePath(path, cwd);
  let followed = false;
  for (let hop = 0; hop < mostHops; hop += 1) {
    const next = hopOnce(full, links, last || slash);
    if (next === undefined) break;
    full = next;
    followed = true;
  }
  return followed ? full : path;
}

function hopOnce(full: string, links: ReadonlyMap<string, string>, last: boolean): string | undefined {
  for (const [link, target] of links) {
    if (full === link) return last ? target : undefined;
    if (full.startsWith(`${link}/`)) return absolutePath(`${target}/${full.slice(link.length + 1)}`, '/');
  }
  return undefined;
}

/** Where a link leads: seen from the folder it lies in. */
export function linkTarget(target: string, link: string): string {
  return absolutePath(target, link.slice(0, link.lastIndexOf('/')) || '/');
}

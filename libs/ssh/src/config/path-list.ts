import { expandPath, type TokenValues } from './expand-tokens.js';

/** Files of a configuration, expanded; `none` is no file. `problems`: what cannot be expanded. */
export function expandPaths(paths: string[], values: TokenValues): { paths: string[]; problems: string[] } {
  const found: { paths: string[]; problems: string[] } = { paths: [], problems: [] };
  for (const path of paths) {
    if (path.toLowerCase() === 'none') continue;
    const expanded = expandPath(path, values);
    if ('text' in expanded) found.paths.push(expanded.text);
    else found.problems.push(expanded.detail);
  }
  return found;
}

import type { ShellFile, ShellTree } from '@edge/ports';

/** The sentence that says why this file may not be put there; undefined if it may. */
export function whyRefused(file: Pick<ShellFile, 'path' | 'sha256' | 'owner' | 'mode'>): string | undefined {
  if (!file.path.startsWith('/') && !file.path.startsWith('~/')) return `${file.path} is not an absolute path.`;
  if (file.path.includes('\0') || file.path.split('/').includes('..')) return `${file.path} leads out of its folder.`;
  if (file.path.endsWith('/')) return `${file.path} names no file.`;
  if (!/^[0-9a-f]{64}$/.test(file.sha256)) return 'The SHA-256 is not 64 hexadecimal digits.';
  if (file.owner !== undefined && !/^[A-Za-z_][A-Za-z0-9_.-]*(:[A-Za-z_][A-Za-z0-9_.-]*)?$/.test(file.owner)) return `${file.owner} is no owner.`;
  if (file.mode !== undefined && !(Number.isInteger(file.mode) && file.mode >= 0 && file.mode <= 0o7777)) return `${file.mode} is no file mode.`;
  return undefined;
}

/** The same for a tree: every path stays below its root, and none is there twice or is the folder of another. */
export function whyTreeRefused({ path, files }: Pick<ShellTree, 'path' | 'files'>): string | undefined {
  const seen = new Set<string>();
  for (const file of files) {
    const parts = file.path.split('/');
    if (parts.some((part) => part === '' || part === '.' || part === '..')) return `${JSON.stringify(file.path)} does not stay below ${path}.`;
    if (seen.has(file.path)) return `${file.path} is there twice.`;
    seen.add(file.path);
  }
  for (const file of files) {
    const folder = foldersOf(file.path).find((one) => seen.has(one));
    if (folder) return `${folder} is a file and a folder.`;
  }
  return undefined;
}

/** Every folder on the way to a file: `a/b/c` has `a` and `a/b`. */
export function foldersOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

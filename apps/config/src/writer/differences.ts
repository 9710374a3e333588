import { canonicalJson, isObject, pointerTo } from '@edge/contracts';

/** JSON pointers of what differs; objects are compared key by key, lists as a whole. */
export function differences(before: unknown, after: unknown, at = ''): string[] {
  if (canonicalJson(before) === canonicalJson(after)) return [];
  if (!isObject(before) || !isObject(after)) return [at];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.flatMap((key) => differences(before[key], after[key], at + pointerTo(key)));
}

/** Top-level configuration keys among the pointers: `/config/version` → `version`. */
export function changedKeys(pointers: string[]): string[] {
  return [...new Set(pointers.flatMap((pointer) => /^\/config\/([^/]+)/.exec(pointer)?.[1] ?? []))].map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

import { marks } from './marks.js';
import { absolutePath, mayMatch, segmentsOf } from './paths.js';

/** deep: it and all inside; shallow: it, all above it, and everything in it at once (`/opt/*`). */
type Depth = 'deep' | 'shallow';

const trees: [Depth, string[]][] = [
  ['deep', ['etc', 'usr', 'bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32', 'boot', 'dev', 'proc', 'sys', 'root', 'snap', 'lost+found', 'var/lib/dpkg', 'var/lib/rpm', 'var/lib/apt', 'var/lib/systemd', 'var/lib/dbus', 'var/lib/docker',
    'var/lib/containers', 'var/lib/containerd', 'var/lib/kubelet', 'var/lib/etcd', 'var/lib/mysql', 'var/lib/postgresql', 'var/lib/pgsql', 'var/lib/mongodb', 'var/lib/mongo', 'var/lib/redis', 'var/lib/libvirt', 'var/lib/sudo',
    'var/lib/NetworkManager', 'var/lib/ssl', 'var/lib/elasticsearch', 'var/lib/cassandra', 'var/lib/private', 'var/spool/cron', 'var/backups', 'var/mail', 'var/db', 'var/log/journal', 'var/log/audit', 'run/systemd', 'run/dbus', 'var/run/systemd', 'run/udev']],
  ['shallow', ['opt', 'srv', 'home', 'var', 'tmp', 'mnt', 'media', 'run', 'data', 'var/lib', 'var/log', 'var/cache', 'var/spool', 'var/run', 'var/www', 'var/opt', 'var/tmp', 'var/local', 'var/lock', 'home/\uE007', 'usr/local', 'export', 'nfs', 'backup', 'backups', 'u01']],
];

const protectedTrees = trees.flatMap(([depth, paths]) => paths.map((path) => ({ depth, segments: path.split('/') })));

/** Inside a deep tree, these may be worked on: application folders people keep there. */
const exempt = [/^\/dev\/shm\/[^/\uE000-\uE006]/, /^\/usr\/local\/(?!s?bin\b|lib|libexec\b|etc\b|share\b|include\b|src\b|man\b|games\b)[^/\uE000-\uE006]+/, /^\/usr\/share\/nginx\/html\/[^/]/, /^\/usr\/local\/(?:lib|share|src|etc)\/[A-Za-z0-9_-]+\/[^/]/,
  /^\/usr\/share\/(?:tomcat|jetty|elasticsearch|kibana)[0-9]*\/(?:webapps|work|temp|logs)\/[^/]/, /^\/usr\/src\/app\//];

/** What a command that destroys a tree would destroy: a known part of the system, something unknown, or its own business. */
export type Reach = { kind: 'system'; what: string } | { kind: 'top'; what: string } | { kind: 'unknown' } | { kind: 'own' };

/** Decides what a path that will be removed, moved or handed to somebody else touches. `path` as written, not yet absolute. */
export function reachOf(path: string, cwd: string): Reach {
  const full = absolutePath(path, cwd);
  if (/^[\uE000-\uE002]/.test(full)) return startsUnknown(full);
  if (full.startsWith(marks.given)) return full.length > 1 ? { kind: 'own' } : { kind: 'unknown' };
  if (full === `/home/${marks.home}`) return { kind: 'system', what: 'the home folder' };
  const hit = systemHit(full) ?? (/[\uE000-\uE002]/.test(full) ? systemHit(absolutePath(full.replace(/[\uE000-\uE002]/g, ''), '/')) : undefined);
  if (hit) return hit;
  if (/[\uE001\uE002]/.test(full)) return { kind: 'unknown' };
  return segmentsOf(full).length === 1 ? { kind: 'top', what: full } : { kind: 'own' };
}

function startsUnknown(full: string): Reach {
  const rest = full.replace(/^[\uE000-\uE002]+/, '');
  const hit = full.startsWith(marks.variable) && rest.startsWith('/') ? systemHit(absolutePath(rest, '/')) : undefined;
  return hit ?? { kind: 'unknown' };
}

function systemHit(full: string): Reach | undefined {
  const segments = segmentsOf(full);
  if (segments.length === 0 || (segments.length === 1 && isEverything(segments[0] ?? ''))) return { kind: 'system', what: '/' };
  if (exempt.some((pattern) => pattern.test(full))) return undefined;
  const found = protectedTrees.find((tree) => touches(segments, tree)) ?? homeOfSomebody(segments);
  return found ? { kind: 'system', what: `/${found.segments.join('/').replace(marks.home, 'user')}` } : undefined;
}

function homeOfSomebody(segments: string[]): { segments: string[] } | undefined {
  return segments[0] === 'home' && segments.length === 2 ? { segments } : undefined;
}

function touches(segments: string[], tree: { depth: Depth; segments: string[] }): boolean {
  const shared = Math.min(segments.length, tree.segments.length);
  for (let i = 0; i < shared; i += 1) if (!mayMatch(segments[i] ?? '', tree.segments[i] ?? '')) return false;
  if (segments.length <= tree.segments.length) return true;
  if (tree.depth === 'deep') return true;
  return segments.length === tree.segments.length + 1 && isEverything(segments.at(-1) ?? '');
}

/** `*`, `.*`, `[!x]*`: names chosen by nothing. */
const isEverything = (segment: string) => /^[.\uE000-\uE002\uE005\uE006]*[\uE000-\uE002\uE005][.\uE000-\uE002\uE005\uE006]*$/.test(segment);

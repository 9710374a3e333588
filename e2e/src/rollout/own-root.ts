import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const flags = process.getuid?.() === 0 ? '-m' : '-rm';
const mount = 'mount --bind "$WEB_FOLDER/init.d" /etc/init.d && mount --bind "$WEB_FOLDER/opt" /opt';

/** Why hosts of one machine cannot have an `/etc/init.d` and an `/opt` of their own here; undefined: they can. */
export function ownRootMissing(): string | undefined {
  const tried = spawnSync('unshare', [flags, '/bin/sh', '-c', 'mount --bind / /etc/init.d && mount --bind / /opt'], { encoding: 'utf8' });
  return tried.status === 0 ? undefined : `hosts cannot have folders of their own: ${tried.error?.message ?? tried.stderr.trim()}`;
}

/** A shell whose `/etc/init.d` and `/opt` are the host's own (below WEB_FOLDER): those of the machine are not touched. */
export function ownRootShell(folder: string): string {
  const file = join(folder, 'own-root');
  writeFileSync(file, `#!/bin/sh\nexec unshare ${flags} /bin/sh -c '${mount} && exec /bin/sh "$@"' sh "$@"\n`);
  chmodSync(file, 0o755);
  return file;
}

/** Puts the commands of an application in place: `/etc/init.d/<name> start|stop` of a host whose application lies in `/opt/<folder>`. */
export function putInit(hostFolder: string, { name, application }: { name: string; application: string }): void {
  mkdirSync(join(hostFolder, 'init.d'), { recursive: true });
  const file = join(hostFolder, 'init.d', name);
  writeFileSync(file, `#!/bin/sh\nexec sh "/opt/${application}/$1"\n`);
  chmodSync(file, 0o755);
}

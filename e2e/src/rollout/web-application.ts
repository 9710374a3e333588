import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** Serves `www` with busybox httpd on the host's port and waits until it answers. A host that is sick has no /health. */
const start = `#!/bin/sh
cd "$(dirname "$0")" || exit 1
echo "start $(cat www/index.html) \${EDGE_ACTION:-by-hand}" >>"$WEB_FOLDER/runs"
rm -f www/health
[ -e "$WEB_FOLDER/sick" ] || echo ok >www/health
setsid busybox httpd -f -p "127.0.0.1:$WEB_PORT" -h www >/dev/null 2>&1 </dev/null &
echo $! >"$WEB_FOLDER/pid"
tries=0
while ! busybox wget -q -O /dev/null "http://127.0.0.1:$WEB_PORT/"; do
  tries=$((tries + 1)); [ "$tries" -gt 100 ] && { echo "it did not start" >&2; exit 1; }
  sleep 0.1
done
`;
/** At once: requests that are still under way fail, so that a host which was not drained is found out. */
const stop = `#!/bin/sh
echo "stop \${EDGE_ACTION:-by-hand}" >>"$WEB_FOLDER/runs"
[ -s "$WEB_FOLDER/pid" ] || exit 0
pid=$(cat "$WEB_FOLDER/pid")
rm -f "$WEB_FOLDER/pid"
kill -9 "-$pid" 2>/dev/null
tries=0
while [ -r "/proc/$pid/stat" ] && ! grep -q ') Z ' "/proc/$pid/stat"; do
  tries=$((tries + 1)); [ "$tries" -gt 100 ] && exit 1
  sleep 0.05
done
while [ -e "$WEB_FOLDER/hold stop" ]; do sleep 0.1; done
exit 0
`;
/** A last step of the installation that may take long. */
const install = `#!/bin/sh
while [ -e "$WEB_FOLDER/hold install" ]; do sleep 0.1; done
`;

/** Answers after as many seconds as the query says: a session that lasts. */
const slow = `#!/bin/sh
sleep "$QUERY_STRING"
printf 'Content-Type: text/plain\\r\\n\\r\\ndone\\n'
`;

/** Writes the application's files for a version into a folder. */
export async function layOutWeb(folder: string, version: string): Promise<void> {
  await mkdir(join(folder, 'www/cgi-bin'), { recursive: true });
  await Promise.all([['start', start], ['stop', stop], ['install', install], ['www/cgi-bin/slow', slow], ['www/index.html', version]].map(([name, text]) => writeFile(join(folder, name!), text!, { mode: 0o755 })));
}

/** Packs `web-<n>.tar.gz` with its checksum file beside it. */
export async function packWeb(folder: string, version: string): Promise<void> {
  const content = join(folder, `${version}.content`);
  await layOutWeb(content, version);
  const archive = join(folder, `${version}.tar.gz`);
  const packed = spawnSync('tar', ['-czf', archive, '-C', content, '.'], { encoding: 'utf8' });
  if (packed.status !== 0) throw new Error(`tar failed: ${packed.stderr}`);
  await writeFile(`${archive}.sha256`, `${createHash('sha256').update(await readFile(archive)).digest('hex')}  ${version}.tar.gz\n`);
}

/** Serves the folder's archives; `url` is where. */
export async function serveArchives(folder: string): Promise<{ url: string; close(): void }> {
  const server = createServer((request, response) => {
    const file = createReadStream(join(folder, (request.url ?? '').replace(/^.*\//, '')));
    file.on('error', () => response.writeHead(404).end());
    file.on('open', () => response.writeHead(200));
    file.pipe(response);
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

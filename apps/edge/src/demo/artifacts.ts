import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { basename, join } from 'node:path';

/** The demo application: answers its version and host on its own port, and says where it listens in a pid file. */
const server = `import { createServer } from 'node:http';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
const version = readFileSync(new URL('./VERSION', import.meta.url), 'utf8').trim();
const { env } = process;
const { DEMO_HOST: host, DEMO_PORT: port, DEMO_FOLDER: folder } = env;
const app = createServer((request, response) => {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ version, host }) + '\\n');
});
app.listen(Number(port), '127.0.0.1', () => writeFileSync(folder + '/shop.pid', String(process.pid)));
const end = () => { rmSync(folder + '/shop.pid', { force: true }); process.exit(0); };
process.on('SIGTERM', () => { app.close(end); app.closeIdleConnections(); setTimeout(end, 2000); });
`;
const start = `#!/bin/sh
# Starts the shop and waits until it answers for itself.
cd "$(dirname "$0")" || exit 1
echo "start $(cat VERSION) \${EDGE_ACTION:-by-hand}" >>"$DEMO_FOLDER/runs"
rm -f "$DEMO_FOLDER/shop.pid"
if command -v setsid >/dev/null 2>&1; then setsid "$DEMO_NODE" server.mjs >>"$DEMO_FOLDER/shop.log" 2>&1 </dev/null &
else nohup "$DEMO_NODE" server.mjs >>"$DEMO_FOLDER/shop.log" 2>&1 </dev/null & fi
tries=0
while [ ! -s "$DEMO_FOLDER/shop.pid" ]; do
  tries=$((tries + 1)); [ "$tries" -gt 100 ] && { echo "shop did not start" >&2; exit 1; }
  sleep 0.1
done
echo "shop $(cat VERSION) listens on port $DEMO_PORT"
`;
const stop = `#!/bin/sh
# Stops the shop if it runs.
echo "stop \${EDGE_ACTION:-by-hand}" >>"$DEMO_FOLDER/runs"
[ -s "$DEMO_FOLDER/shop.pid" ] || { echo "shop is not running"; exit 0; }
pid=$(cat "$DEMO_FOLDER/shop.pid")
kill "$pid" 2>/dev/null
tries=0
while [ -s "$DEMO_FOLDER/shop.pid" ] && kill -0 "$pid" 2>/dev/null; do
  tries=$((tries + 1)); [ "$tries" -gt 100 ] && { kill -9 "$pid"; break; }
  sleep 0.05
done
rm -f "$DEMO_FOLDER/shop.pid"
echo "shop stopped"
`;

/** Counts a run of itself under a name and prints lines that the caller can foretell: what proofs check executions and output by. */
const count = `#!/bin/sh
# sh app/count NAME LINES [SECONDS]: leaves one line behind per execution, prints LINES lines on each stream, takes SECONDS.
name=$1 lines=$2 seconds=\${3:-0}
echo "count $name" >>"$DEMO_FOLDER/runs"
n=0
while [ "$n" -lt "$lines" ]; do
  n=$((n + 1))
  echo "$name $n of $lines on $DEMO_HOST"
  echo "$name $n aside" >&2
done
sleep "$seconds"
echo "$name done"
`;

export const versions = ['shop-1', 'shop-2', 'shop-3', 'shop-bad'] as const;

/** Writes the application's files for a version into a folder. */
export async function layOut(folder: string, version: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const files = { 'server.mjs': server, start, stop, count, VERSION: `${version}\n` };
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(folder, name), text, { mode: 0o755 })));
}

/** Packs every version with its checksum file once; the one of `shop-bad` is wrong. */
export async function makeArtifacts(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const version of versions) {
    const archive = join(folder, `${version}.tar.gz`);
    if (await stat(archive).catch(() => undefined)) continue;
    const content = join(folder, `${version}.content`);
    await layOut(content, version);
    const packed = spawnSync('tar', ['-czf', archive, '-C', content, '.'], { encoding: 'utf8' });
    if (packed.status !== 0) throw new Error(`tar failed: ${packed.stderr || String(packed.error)}`);
    await rm(content, { recursive: true });
    const sum = version === 'shop-bad' ? '0'.repeat(64) : createHash('sha256').update(await readFile(archive)).digest('hex');
    await writeFile(`${archive}.sha256`, `${sum}  ${basename(archive)}\n`);
  }
}

/** Serves the folder's files by name, and nothing else, on loopback. */
export async function serveArtifacts(folder: string, port: number): Promise<Server> {
  const http = createServer((request, response) => {
    const name = decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname).slice(1);
    if (!/^shop-[a-z0-9.]+$/.test(name)) return void response.writeHead(404).end();
    const file = createReadStream(join(folder, name));
    file.on('error', () => response.writeHead(404).end());
    file.on('open', () => response.writeHead(200, { 'content-type': 'application/octet-stream' }));
    file.pipe(response);
  });
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, '127.0.0.1', resolve);
  });
  return http;
}

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

/** A `docker` that writes down how it was called; its containers answer HTTP. */
const stand = (folder: string, pulls: number) => `#!/bin/sh
echo "$*" >> ${folder}/calls
case $1 in
  version) exit 0 ;;
  image) exit 1 ;;
  pull) exit ${pulls} ;;
  run) port=$(echo "$*" | sed 's/.*--publish 127.0.0.1:\\([0-9]*\\):.*/\\1/')
    setsid ${process.execPath} -e 'require("http").createServer((q,a)=>a.end("{}")).listen(+process.argv[1],"127.0.0.1")' "$port" >/dev/null 2>&1 &
    echo $! > ${folder}/pid ;;
  rm) kill "$(cat ${folder}/pid)"; : > ${folder}/removed ;;
esac`;

const path = process.env.PATH;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'edge-docker-'));
  jest.resetModules();
});
afterEach(() => {
  process.env.PATH = path;
  rmSync(folder, { recursive: true });
});

function docker(pulls: number): void {
  writeFileSync(join(folder, 'docker'), stand(folder, pulls), { mode: 0o755 });
  process.env.PATH = `${folder}:${path}`;
}

describe('engines in containers', () => {
  it('are started on loopback where there is a Docker engine, and removed', async () => {
    docker(0);
    const { dockerHas, startInDocker } = await import('./docker-engine.js');
    expect(await dockerHas('elasticsearch')).toBe(true);
    const engine = await startInDocker('elasticsearch');
    expect(await fetch(engine.address).then(({ ok }) => ok)).toBe(true);
    await engine.stop();
    while (!existsSync(join(folder, 'removed'))) await pause(10);
    const calls = readFileSync(join(folder, 'calls'), 'utf8');
    expect(calls).toMatch(/^version .*\nimage inspect elasticsearch:9\.5\.3\npull --quiet elasticsearch:9\.5\.3\nrun --detach --name (edge-test-elasticsearch-\w{8}) --publish 127\.0\.0\.1:(\d+):\2 .*http\.port=\2 .* elasticsearch:9\.5\.3\nrm --force --volumes \1\n$/);
  }, 60_000);

  it('are not used where there is no Docker engine, or no image', async () => {
    docker(1);
    const { dockerHas, isDockerEngine } = await import('./docker-engine.js');
    expect(await dockerHas('kafka')).toBe(false);
    writeFileSync(join(folder, 'docker'), '#!/bin/sh\nexit 1', { mode: 0o755 });
    expect([await dockerHas('mongo'), isDockerEngine('haproxy')]).toEqual([false, false]);
  }, 60_000);
});

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Why no container can be run by podman here; undefined: one can. */
export function podmanMissing(): string | undefined {
  const podman = spawnSync('podman', ['--version'], { encoding: 'utf8' });
  if (podman.status !== 0) return 'there is no podman';
  if (spawnSync('runc', ['--version']).status !== 0) return 'there is no runc for podman';
  const folder = mkdtempSync(join(tmpdir(), 'edge-podman-'));
  try {
    const looked = spawnSync('podman', ['info'], { encoding: 'utf8', env: { ...process.env, ...podmanEnvironment(folder, { registry: 'localhost:1', port: 1 }) } });
    return looked.status === 0 ? undefined : `podman does not work here: ${looked.stderr.trim().split('\n').at(-1)}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A podman of one host: its own images and containers below the folder, plain HTTP to the registry, the network of the machine, and WEB_PORT in every container. */
export function podmanEnvironment(folder: string, { registry, port }: { registry: string; port: number }): Record<string, string> {
  const at = (name: string) => join(folder, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(at('containers.conf'), `[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]\nnetns = "host"\nlog_driver = "k8s-file"\nenv = ["WEB_PORT=${port}"]\n[engine]\nruntime = "runc"\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n`);
  writeFileSync(at('registries.conf'), `unqualified-search-registries = []\n[[registry]]\nlocation = "${registry}"\ninsecure = true\n`);
  writeFileSync(at('storage.conf'), `[storage]\ndriver = "vfs"\ngraphroot = "${at('images')}"\nrunroot = "${at('running')}"\n`);
  return { CONTAINERS_CONF: at('containers.conf'), CONTAINERS_REGISTRIES_CONF: at('registries.conf'), CONTAINERS_STORAGE_CONF: at('storage.conf'), REGISTRY_AUTH_FILE: at('auth.json') };
}

import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';

interface Blob { type: string; bytes: Buffer }
export interface RegistryUser { name: string; password: string }

const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const digestOf = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** A registry of container images over real HTTP, for reading and with a password; its images are made here: busybox serving a page that says the version. */
export class ImageRegistry {
  private readonly blobs = new Map<string, Blob>();
  private readonly tags = new Map<string, string>();
  readonly signIns: string[] = [];

  private constructor(private readonly server: Server, private readonly folder: string) {}

  static async start(folder: string, user: RegistryUser): Promise<ImageRegistry> {
    const server = createServer((request, response) => registry.answer(request, response, user));
    const registry = new ImageRegistry(server, folder);
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    return registry;
  }

  get address(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** An image of this version under its tag. It serves on the port that WEB_PORT of its environment names. */
  add(tag: string): void {
    const layer = this.layer(tag);
    const config = this.keep('application/vnd.oci.image.config.v1+json', Buffer.from(JSON.stringify({
      architecture: process.arch === 'x64' ? 'amd64' : process.arch, os: 'linux', rootfs: { type: 'layers', diff_ids: [digestOf(gunzipSync(layer))] },
      config: { Env: ['PATH=/bin'], Cmd: ['/bin/busybox', 'sh', '-c', 'exec /bin/busybox httpd -f -p 127.0.0.1:$WEB_PORT -h /www'] },
    })));
    const layers = [this.keep('application/vnd.oci.image.layer.v1.tar+gzip', layer)];
    this.tags.set(tag, this.keep(manifestType, Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: manifestType, config, layers }))).digest);
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private layer(tag: string): Buffer {
    const root = join(this.folder, tag);
    const busybox = spawnSync('sh', ['-c', 'command -v busybox'], { encoding: 'utf8' }).stdout.trim();
    const libraries = spawnSync('ldd', [busybox], { encoding: 'utf8' }).stdout.match(/\/[^\s]+(?= \()/g) ?? [];
    for (const library of libraries) {
      mkdirSync(join(root, dirname(library)), { recursive: true });
      copyFileSync(library, join(root, library));
    }
    for (const name of ['bin', 'www', 'tmp']) mkdirSync(join(root, name), { recursive: true });
    copyFileSync(busybox, join(root, 'bin/busybox'));
    writeFileSync(join(root, 'www/index.html'), tag);
    writeFileSync(join(root, 'www/health'), 'ok');
    const archive = join(this.folder, `${tag}.tar.gz`);
    const packed = spawnSync('tar', ['-czf', archive, '-C', root, '.'], { encoding: 'utf8' });
    if (packed.status !== 0) throw new Error(`tar failed: ${packed.stderr}`);
    rmSync(root, { recursive: true });
    return readFileSync(archive);
  }

  private keep(type: string, bytes: Buffer): { mediaType: string; digest: string; size: number } {
    const digest = digestOf(bytes);
    this.blobs.set(digest, { type, bytes });
    return { mediaType: type, digest, size: bytes.length };
  }

  private answer({ method, url = '', headers }: IncomingMessage, response: ServerResponse, { name, password }: RegistryUser): void {
    const wanted = `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
    if (headers.authorization !== wanted) return void response.writeHead(401, { 'www-authenticate': 'Basic realm="images"' }).end();
    if (url === '/v2/') this.signIns.push(name);
    if (url === '/v2/') return void response.writeHead(200).end();
    const [, kind, reference = ''] = /^\/v2\/site\/(manifests|blobs)\/(.+)$/.exec(url) ?? [];
    const digest = kind === 'manifests' ? (this.tags.get(reference) ?? reference) : reference;
    const blob = this.blobs.get(digest);
    if (!blob) return void response.writeHead(404).end('{"errors":[{"code":"MANIFEST_UNKNOWN","message":"no such image"}]}');
    response.writeHead(200, { 'content-type': blob.type, 'content-length': blob.bytes.length, 'docker-content-digest': digest }).end(method === 'HEAD' ? undefined : blob.bytes);
  }
}

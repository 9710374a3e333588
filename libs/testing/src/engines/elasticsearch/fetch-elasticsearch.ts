import { mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheRoot, cachedFolder, exists } from '../cache-folder.js';
import { findJava } from '../find-java.js';
import { findProgram } from '../find-program.js';
import { runProgram } from '../run-program.js';
import { sourceFolder } from '../source-folder.js';

export const elasticsearchVersion = '9.5.3';

export interface ElasticsearchProgram { java: string; server: string }

/** A server's jars, by Maven with strict checksums (64 MB, once), our bootstrap compiled beside them, and the Java to run it. */
export async function fetchElasticsearch(): Promise<ElasticsearchProgram> {
  const javaHome = await findJava(21);
  const server = await cachedFolder(`elasticsearch-${elasticsearchVersion}`, (folder) => build(javaHome, folder));
  return { java: join(javaHome, 'bin/java'), server };
}

async function build(javaHome: string, server: string): Promise<void> {
  await download(server);
  await unpackModuleDescriptor(javaHome, server);
  await compile(javaHome, server);
  await linkCompression(server);
}

async function download(server: string): Promise<void> {
  const maven = await findProgram('mvn', 'maven');
  const pom = await sourceFolder('elasticsearch/pom.xml');
  await runProgram(maven, ['-B', '-q', '-ntp', '-C', '-f', pom, `-Dmaven.repo.local=${join(cacheRoot(), 'maven')}`, `-Delasticsearch.version=${elasticsearchVersion}`, `-Dserver=${server}`, 'package']);
}

/** The server reads a module's descriptor from its folder; as published it lies inside the jar. */
async function unpackModuleDescriptor(javaHome: string, server: string): Promise<void> {
  const folder = join(server, 'modules/transport-netty4');
  const inside = 'META-INF/es-plugins/transport-netty4';
  await runProgram(join(javaHome, 'bin/jar'), ['xf', `transport-netty4-${elasticsearchVersion}.jar`, inside], { cwd: folder });
  for (const name of await readdir(join(folder, inside))) await rename(join(folder, inside, name), join(folder, name));
  await rm(join(folder, 'META-INF'), { recursive: true });
}

async function compile(javaHome: string, server: string): Promise<void> {
  const sources = await sourceFolder('elasticsearch/java');
  const classes = join(server, 'classes');
  const files = (await readdir(sources, { recursive: true })).filter((name) => name.endsWith('.java')).map((name) => join(sources, name));
  await runProgram(join(javaHome, 'bin/javac'), ['--release', '21', '-proc:none', '-cp', join(server, 'lib/*'), '-d', classes, ...files]);
  const plugin = join(server, 'plugins/greeting');
  await mkdir(plugin, { recursive: true });
  await runProgram(join(javaHome, 'bin/jar'), ['cf', join(plugin, 'greeting.jar'), '-C', classes, 'edge/testing/greeting']);
  await rm(join(classes, 'edge/testing/greeting'), { recursive: true });
  await writeFile(join(plugin, 'plugin-descriptor.properties'), descriptor());
}

const descriptor = () => Object.entries({
  'name': 'greeting', 'description': 'Answers GET /', 'version': elasticsearchVersion, 'elasticsearch.version': elasticsearchVersion, 'java.version': '21',
  'classname': 'edge.testing.greeting.GreetingPlugin',
}).map(([name, value]) => `${name}=${value}\n`).join('');

/** The system's zstd, where there is one; without it the server compresses less and warns once. */
async function linkCompression(server: string): Promise<void> {
  const folder = join(server, 'lib/platform/linux-x64');
  await mkdir(folder, { recursive: true });
  for (const library of ['/usr/lib/x86_64-linux-gnu/libzstd.so.1', '/usr/lib64/libzstd.so.1']) {
    if (await exists(library)) return symlink(library, join(folder, 'libzstd.so'));
  }
}

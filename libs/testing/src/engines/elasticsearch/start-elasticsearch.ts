import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineFolder } from '../engine-folder.js';
import { EngineProcess } from '../engine-process.js';
import { freePorts } from '../free-ports.js';
import { SingleEngine } from '../single-engine.js';
import { fetchElasticsearch, type ElasticsearchProgram } from './fetch-elasticsearch.js';

export interface ElasticsearchOptions {
  /** Further settings of the node, for instance `{'indexing_pressure.memory.limit': '20kb'}`. */
  settings?: Record<string, string>;
}

/** A real Elasticsearch node on loopback on data of its own (4 to 10 s, 300 MB); `address` is its URL. */
export async function startElasticsearch({ settings = {} }: ElasticsearchOptions = {}): Promise<SingleEngine> {
  const program = await fetchElasticsearch();
  const folder = await EngineFolder.create('elasticsearch');
  const [http, transport] = await freePorts(2);
  await mkdir(join(folder.path, 'tmp'));
  const wanted = Object.entries({ 'http.port': http, 'transport.port': transport, ...settings }).map(([name, value]) => `${name}=${value}`);
  const server = new EngineProcess({
    name: 'Elasticsearch', program: program.java, folder, logFile: join(folder.path, 'elasticsearch.log'),
    args: [...javaArguments(program, folder.path), 'edge.testing.TestNode', program.server, folder.path, ...wanted],
    ready: (printed) => /^ready$/m.test(printed) || undefined,
  });
  return SingleEngine.start({ folder, server, address: `http://127.0.0.1:${http}` });
}

/** The server works from a module path only. The second compiler would double the processor time of a short life. */
function javaArguments({ server }: ElasticsearchProgram, folder: string): string[] {
  return [
    '-Xms128m', '-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', `-Djava.io.tmpdir=${join(folder, 'tmp')}`,
    '-Dorg.elasticsearch.nativeaccess.enableVectorLibrary=false', `-Des.nativelibs.path=${join(server, 'lib/platform/linux-x64')}`,
    '--module-path', join(server, 'lib'), '--add-modules', 'ALL-MODULE-PATH',
    '--enable-native-access=ALL-UNNAMED,org.apache.lucene.core,org.elasticsearch.nativeaccess,org.elasticsearch.foreign',
    '-cp', join(server, 'classes'),
  ];
}

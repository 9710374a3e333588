import { join } from 'node:path';
import { cacheRoot, cachedFolder } from '../cache-folder.js';
import { findJava } from '../find-java.js';
import { findProgram } from '../find-program.js';
import { runProgram } from '../run-program.js';
import { sourceFolder } from '../source-folder.js';

/** `EDGE_TEST_KAFKA_VERSION` tries another one, such as the oldest that Edge supports: 3.9.2. */
export const kafkaVersion = process.env.EDGE_TEST_KAFKA_VERSION || '4.4.0';

export interface KafkaProgram { java: string; javaHome: string; classPath: string }

/** A broker's jars, by Maven with strict checksums (60 MB, once per version), and the Java to run them. `Unavailable` if either cannot be had. */
export async function fetchKafka(version = kafkaVersion): Promise<KafkaProgram> {
  const javaHome = await findJava(17);
  const jars = await cachedFolder(`kafka-${version}`, (folder) => download(version, folder));
  return { java: join(javaHome, 'bin/java'), javaHome, classPath: join(jars, '*') };
}

async function download(version: string, jars: string): Promise<void> {
  const maven = await findProgram('mvn', 'maven');
  const pom = await sourceFolder('kafka/pom.xml');
  const repository = join(cacheRoot(), 'maven');
  await runProgram(maven, ['-B', '-q', '-ntp', '-C', '-f', pom, `-Dmaven.repo.local=${repository}`, `-Dkafka.version=${version}`, `-Djars=${jars}`, 'dependency:copy-dependencies']);
}

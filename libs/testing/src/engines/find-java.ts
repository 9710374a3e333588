import { readFile, readdir, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { findProgram } from './find-program.js';
import { Unavailable } from './unavailable.js';

const folders = ['/usr/lib/jvm', '/usr/java', '/Library/Java/JavaVirtualMachines'];

/** The home of the first JDK of at least this major version: `JAVA_HOME`, the `java` of `PATH`, then the usual folders. */
export async function findJava(atLeast: number): Promise<string> {
  const homes = [process.env.JAVA_HOME, await javaOfPath(), ...(await installed())];
  for (const home of homes) {
    if (home && (await majorOf(home)) >= atLeast) return home;
  }
  throw new Unavailable(`no JDK ${atLeast} or newer found (JAVA_HOME, PATH, ${folders.join(', ')})`);
}

async function javaOfPath(): Promise<string | undefined> {
  const java = await findProgram('java').catch(() => undefined);
  return java && dirname(dirname(await realpath(java)));
}

async function installed(): Promise<string[]> {
  const found = await Promise.all(folders.map(async (folder) => (await readdir(folder).catch(() => [])).sort((a, b) => a.localeCompare(b)).map((name) => join(folder, name))));
  return found.flat().flatMap((home) => [home, join(home, 'Contents/Home')]);
}

/** 0 for what is no JDK. Every JDK says its version in the file `release`; a Java without compiler has no `javac`. */
async function majorOf(home: string): Promise<number> {
  const release = await readFile(join(home, 'release'), 'utf8').catch(() => '');
  return Number(/^JAVA_VERSION="(\d+)/m.exec(release)?.[1] ?? 0);
}

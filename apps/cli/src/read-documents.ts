import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Document, parseAllDocuments } from 'yaml';

/** Every document of a file or of all `.yaml`, `.yml`, `.json` files of a folder (`-` = standard input). An unreadable one names its file and line. */
export async function readDocuments(path: string): Promise<object[]> {
  if (path === '-') return parsed('standard input', await textOf(process.stdin));
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new Error(`There is no file or folder ${path} that you may read.`);
  if (!found.isDirectory()) return parsed(path, await readFile(path, 'utf8'));
  const names = (await readdir(path, { recursive: true })).filter((name) => /\.(ya?ml|json)$/.test(name)).sort();
  const documents = await Promise.all(names.map(async (name) => parsed(join(path, name), await readFile(join(path, name), 'utf8'))));
  return documents.flat();
}

function parsed(name: string, text: string): object[] {
  return parseAllDocuments(text).flatMap((document) => {
    const [error] = document.errors;
    if (error) throw new Error(`${name}: ${error.message}`);
    const value = valueOf(name, document);
    if (value === null) return [];
    if (Array.isArray(value)) return value as object[];
    if (typeof value !== 'object') throw new Error(`${name}: a document must be an object with a "kind".`);
    return [value];
  });
}

/** @throws an Error when there is too much behind its anchors, or one that contains itself */
function valueOf(name: string, document: Document.Parsed): unknown {
  try {
    const value: unknown = document.toJS();
    JSON.stringify(value);
    return value;
  } catch (error) {
    const reason = error instanceof TypeError ? 'an anchor (&) contains an alias (*) of itself' : (error as Error).message;
    throw new Error(`${name}: the document cannot be read: ${reason}. Write out what the aliases stand for.`, { cause: error });
  }
}

async function textOf(stream: NodeJS.ReadStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

import { readFile, stat } from 'node:fs/promises';
import { type Document, isNode, isSeq, LineCounter, parseAllDocuments } from 'yaml';
import { documentFiles } from './document-files.js';

/** A document and the file and line where it begins. */
export interface ReadDocument { document: object; at: string }

/** Every document of a file or of all `.yaml`, `.yml`, `.json` files of a folder (`-` = standard input). An unreadable one names its file and line. */
export async function readDocuments(path: string): Promise<ReadDocument[]> {
  if (path === '-') return parsed('standard input', await textOf(process.stdin));
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new Error(`There is no file or folder ${path} that you may read.`);
  if (!found.isDirectory()) return parsed(path, await readFile(path, 'utf8'));
  const documents = await Promise.all((await documentFiles(path)).map(async (file) => parsed(file, await readFile(file, 'utf8'))));
  return documents.flat();
}

function parsed(name: string, text: string): ReadDocument[] {
  const lines = new LineCounter();
  return parseAllDocuments(text, { lineCounter: lines }).flatMap((document) => {
    const [error] = document.errors;
    if (error) throw new Error(`${name}: ${error.message}`);
    const value = valueOf(name, document);
    if (value === null) return [];
    if (typeof value !== 'object') throw new Error(`${name}: a document must be an object with a "kind".`);
    const nodes = isSeq(document.contents) ? document.contents.items : [document.contents];
    return [value].flat().map((one, index) => ({ document: one as object, at: `${name}:${lineOf(nodes[index], lines)}` }));
  });
}

function lineOf(node: unknown, lines: LineCounter): number {
  return lines.linePos((isNode(node) && node.range?.[0]) || 0).line;
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

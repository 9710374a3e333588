import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** `<data>/edge.json`: how programs on the same machine find the running Edge. Only its owner may read it. */
export function writeEdgeFile(data: string, content: { url: string; token: string }): () => void {
  const file = join(data, 'edge.json');
  writeFileSync(`${file}.new`, JSON.stringify({ ...content, pid: process.pid }), { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return () => rmSync(file, { force: true });
}

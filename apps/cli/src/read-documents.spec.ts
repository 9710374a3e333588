import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readDocuments } from './read-documents.js';

describe('readDocuments', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'edge-documents-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const read = (text: string) => {
    writeFileSync(join(folder, 'some.yaml'), text);
    return readDocuments(join(folder, 'some.yaml'));
  };

  it('reads what aliases stand for', async () => {
    expect(await read('{kind: Space, name: a, admins: &who [asha], operators: *who}')).toEqual([{ document: { kind: 'Space', name: 'a', admins: ['asha'], operators: ['asha'] }, at: join(folder, 'some.yaml:1') }]);
  });

  it('knows the line where each document begins', async () => {
    expect((await read('# first\nkind: Space\n---\n\nkind: Host\n---\n- {kind: Host}\n- kind: Host\n')).map(({ at }) => at)).toEqual([2, 5, 7, 8].map((line) => join(folder, `some.yaml:${line}`)));
  });

  it('says in words that an anchor contains itself', async () => {
    await expect(read('kind: Project\nconfig: &c\n  again: *c\n')).rejects.toThrow(/some.yaml: the document cannot be read: an anchor \(&\) contains an alias \(\*\) of itself. Write out/);
  });

  it('does not unfold aliases without bound', async () => {
    const lines = Array.from({ length: 12 }, (_, n) => `a${n + 1}: &a${n + 1} [${Array(9).fill(`*a${n}`).join(', ')}]`);
    await expect(read(['a0: &a0 [x]', ...lines].join('\n'))).rejects.toThrow(/some.yaml: the document cannot be read: .*alias/);
  });
});

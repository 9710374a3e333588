import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { documentFiles } from './document-files.js';

describe('documentFiles', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'edge-documents-'));
    for (const name of ['..2026', 'below', '.git']) mkdirSync(join(folder, name));
    for (const name of ['..2026/a.yaml', 'b.json', 'readme.md', 'below/c.yml', '.git/d.yaml', '.e.yaml']) writeFileSync(join(folder, name), '{}');
    symlinkSync('..2026', join(folder, '..data'));
    symlinkSync('..data/a.yaml', join(folder, 'a.yaml'));
    symlinkSync('..', join(folder, 'below', 'up'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('reads each file of a mounted ConfigMap and of the folders below once, none that is hidden, and goes round no loop', async () => {
    expect(await documentFiles(folder)).toEqual(['a.yaml', 'b.json', 'below/c.yml'].map((name) => join(folder, name)));
  });
});

import { describe, expect, it } from '@jest/globals';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { kinds, statuses } from '@edge/contracts';
import { parseAllDocuments } from 'yaml';
import { repositoryRoot } from '../../embedded/edge-process.js';
import { generatedParts, renewed } from './generated.js';

const root = repositoryRoot();
const read = (file: string) => readFileSync(join(root, file), 'utf8');

describe('the docs', () => {
  it.each(Object.entries(generatedParts()))('%s says what the code says (else: write-docs.ts)', (file, parts) => {
    expect(read(file)).toBe(renewed(read(file), parts));
  });

  it('link only to what is there', () => {
    const broken = ['README.md', 'ARCHITECTURE.md', ...globSync('docs/*.md', { cwd: root })].flatMap((file) =>
      [...read(file).matchAll(/\]\(([^)#:\s]+)(?:#[^)]*)?\)/g)].map(([, link]) => link!).filter((link) => !existsSync(join(root, dirname(file), link))).map((link) => `${file}: ${link}`));
    expect(broken).toEqual([]);
  });

  it('give an example of every kind, and map every status of the original', () => {
    const examples = [...read('docs/configuration.md').matchAll(/```yaml\n([^]*?)```/g)].flatMap(([, text]) => parseAllDocuments(text!).map((document) => document.toJS() as { kind?: string }));
    expect(kinds.filter((kind) => !examples.some((example) => example?.kind === kind))).toEqual([]);
    for (const word of [...statuses, 'BUILDING', 'SCHEDULED', 'INPROGRESS', 'WAITING', 'COMPLETED', 'FAILED', 'MANUAL_FAILED', 'REVOKED']) expect(read('docs/statuses.md')).toContain(`\`${word}\``);
  });

  it('keep the README to one screen', () => {
    expect(read('README.md').split('\n').length).toBeLessThanOrEqual(60);
  });
});

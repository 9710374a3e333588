import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { cksum } from './cksum.js';
import { file, template } from './file.js';

const run = promisify(execFile);

describe('a file of a script', () => {
  it('is put in one piece, whatever it holds', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'edge-file-'));
    await fc.assert(fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 200 }).map((text) => text.replaceAll('\0', '')), async (content) => {
      const path = join(folder, "it's/a b.conf");
      await run('/bin/sh', ['-c', file({ path, content, mode: 0o640 }).text]);
      expect(await readFile(path, 'utf8')).toBe(Buffer.from(content).toString('utf8'));
      expect((await stat(path)).mode & 0o7777).toBe(0o640);
      expect(await readdir(join(folder, "it's"))).toEqual(['a b.conf']);
    }), { numRuns: 5 });
    await rm(folder, { recursive: true });
  });

  it('changes nothing where a folder is in its place or its content did not arrive whole', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'edge-file-'));
    await mkdir(join(folder, 'taken'));
    await expect(run('/bin/sh', ['-c', file({ path: join(folder, 'taken'), content: 'x' }).text])).rejects.toMatchObject({ stderr: `${join(folder, 'taken')} is a folder.\n` });
    expect(await readdir(folder)).toEqual(['taken']);
    await writeFile(join(folder, 'kept'), 'old');
    const text = file({ path: join(folder, 'kept'), content: 'new' }).text;
    await expect(run('/bin/sh', ['-c', text.replace('printf %s new', 'printf %s ne')])).rejects.toMatchObject({ stderr: `${join(folder, 'kept')} did not arrive whole.\n` });
    expect(await readFile(join(folder, 'kept'), 'utf8')).toBe('old');
    await rm(folder, { recursive: true });
  });

  it('is summed up as cksum does', async () => {
    for (const content of ['', 'a', 'x'.repeat(300), 'ä€😀']) expect((await run('/bin/sh', ['-c', `printf %s '${content}' | cksum`])).stdout.trim()).toBe(cksum(new TextEncoder().encode(content)));
  });

  it.each([
    [{ path: 'etc/x', content: '' }, /absolute/], [{ path: '/srv/../etc/x', content: '' }, /absolute/], [{ path: '/srv/', content: '' }, /absolute/],
    [{ path: '/x', content: '', owner: 'a b' }, /no owner/], [{ path: '/x', content: '', mode: 70_000 }, /no file mode/], [{ path: '/x', content: 'x'.repeat(50_000) }, /artifact/], [{ path: '/x', content: '\0' }, /NUL/],
  ])('refuses what could not be put (%#)', (options, why) => {
    expect(() => file(options)).toThrow(why);
  });
});

describe('a template', () => {
  const port = z.object({ port: z.number().int(), name: z.string() });

  it('fills its places with values of their types, taken word for word', () => {
    expect(template('listen {{port}} # {{ name }} {{port}} {{}} { {x} }', port)({ port: 80, name: '{{port}} $& "' })).toBe('listen 80 # {{port}} $& " 80 {{}} { {x} }');
  });

  it('refuses values that do not fit, places without a parameter and parameters without a place', () => {
    expect(() => template('{{port}} {{name}}', port)({ port: 'x', name: 'a' } as never)).toThrow(/port/);
    expect(() => template('{{port}} {{name}} {{more}}', port)).toThrow('{{more}}');
    expect(() => template('{{port}}', port)).toThrow('"name"');
  });
});

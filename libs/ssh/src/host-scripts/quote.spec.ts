import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { builtinPrintf, exportLines, printfLines, quote } from './quote.js';

const sh = (script: Buffer | string) => spawnSync('/bin/sh', ['-s'], { input: script }).stdout;

describe('quoting for sh', () => {
  it('hands any text over as it is', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }).filter((text) => !text.includes('\0')), (text) => {
      expect(sh(`printf %s ${quote(text)}`)).toEqual(Buffer.from(text));
    }), { numRuns: 60 });
  });

  it('writes any bytes by printf', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 20_000 }), (bytes) => {
      expect(sh(printfLines(bytes))).toEqual(Buffer.from(bytes));
    }), { numRuns: 60 });
  });

  const shells = ['dash', 'bash', 'busybox sh', 'ksh', 'mksh'].filter((shell) => spawnSync('sh', ['-c', `command -v ${shell}`]).status === 0);
  it.each(shells)('starts no program of its own to write them (%s)', (shell) => {
    const [program = '', ...args] = shell.split(' ');
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const script = Buffer.concat([Buffer.from(`PATH=/nowhere\n${builtinPrintf}`), printfLines(bytes), Buffer.from("printf '%s %s\\n' a\\\\b 'c d'; printf '%s\\n' '-n \\0'; printf '%s' '-x\\n'\n")]);
      expect(spawnSync(program, [...args, '-s'], { input: script }).stdout).toEqual(Buffer.concat([Buffer.from(bytes), Buffer.from('a\\b c d\n-n \\0\n-x\\n')]));
    }), { numRuns: 20 });
  });

  it('exports variables with any value', () => {
    expect(sh(`${exportLines({ A: `it's $HOME \`x\` "y"\nz\\`, B: '' })}printf '%s|%s|' "$A" "$B"`).toString()).toBe(`it's $HOME \`x\` "y"\nz\\||`);
  });
});

import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { arg, sh, Text, verbatim } from './text.js';

describe('shell text', () => {
  it('gives a real shell back exactly the word that went in', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (word) => {
      const run = spawnSync('/bin/sh', ['-c', `printf %s ${arg(word).text}`]);
      return run.stdout.toString('utf8') === word;
    }), { numRuns: 60 });
  });
  it('leaves plain words unquoted and makes a list several words', () => {
    expect(arg('/opt/repos/app-42.tar.gz').text).toBe('/opt/repos/app-42.tar.gz');
    expect(arg(['a', 'b c', 3]).text).toBe("a 'b c' 3");
    expect(arg('').text).toBe("''");
  });
  it('puts quoted values, numbers and other texts into a template', () => {
    expect(sh`kill -${9} ${arg("o'brien")} && ${verbatim('echo done')}`).toEqual(new Text("kill -9 'o'\\''brien' && echo done"));
  });
  it('refuses a bare string and a NUL', () => {
    const bare = 'x; rm -rf /' as unknown as Text;
    expect(() => sh`echo ${bare}`).toThrow('arg(value)');
    expect(() => arg('a\0b')).toThrow('NUL');
  });
});

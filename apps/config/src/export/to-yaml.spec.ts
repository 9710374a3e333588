import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@edge/contracts';
import fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import { toYaml } from './to-yaml.js';

const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('yes', 'null', '~', '1.0', '0x1f', '- a', 'a: b', '# no', '2026-12-24T00:00:00Z', '&x', '*x', '!tag', 'a\nb', ' a', 'a ', '', '%a', '@a', '`', '"', "'", 'on', 'a #b', '.inf', '.nan', '<<', '---', '1_000', '12:30:45'));
const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, text, fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0), fc.boolean(), fc.constant(null), fc.array(tie('value')), fc.dictionary(text.filter((key) => key !== '__proto__'), tie('value'))),
})).value;

describe('toYaml', () => {
  it('is read back as what it was made from', () => {
    fc.assert(fc.property(fc.array(fc.dictionary(text.filter((key) => key !== '__proto__'), value, { minKeys: 1 }), { minLength: 1 }), (documents) => {
      const normal = JSON.parse(JSON.stringify(documents)) as JsonObject[];
      const read = parseAllDocuments(toYaml(normal));
      if (!Array.isArray(read)) throw new Error('no document');
      expect(read.map((document) => { expect(document.errors).toEqual([]); return document.toJS() as unknown; })).toEqual(normal);
    }), { numRuns: 300 });
  });
});

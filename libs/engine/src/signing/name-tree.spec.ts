import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isProven, NameTree } from './name-tree.js';

const names = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 40 });

describe('NameTree', () => {
  it('proves every name of the set, whatever the order, and no other', () => {
    fc.assert(fc.property(names, fc.string({ maxLength: 12 }), (set, other) => {
      const tree = new NameTree(set);
      expect(new NameTree([...set].reverse()).root).toBe(tree.root);
      expect(set.every((name) => isProven(tree.root, name, tree.proofOf(name)!))).toBe(true);
      if (set.includes(other)) return;
      expect(tree.proofOf(other)).toBeUndefined();
      expect(set.some((name) => isProven(tree.root, other, tree.proofOf(name)!))).toBe(false);
    }));
  });

  it('proves nothing with a proof that is cut, longer, of another name, or no proof', () => {
    const set = Array.from({ length: 37 }, (_, index) => `web-${index}`);
    const tree = new NameTree(set);
    const bytes = Buffer.from(tree.proofOf('web-5')!, 'base64');
    const wrong = [Buffer.alloc(0), bytes.subarray(32), bytes.subarray(0, -32), bytes.subarray(0, -1), Buffer.concat([bytes, bytes.subarray(0, 32)]), Buffer.alloc(33 * 32)].map((proof) => proof.toString('base64'));
    expect([...wrong, tree.proofOf('web-6')!, 'no proof'].map((proof) => isProven(tree.root, 'web-5', proof))).toEqual(Array(8).fill(false));
    expect(isProven(new NameTree(set.slice(1)).root, 'web-5', tree.proofOf('web-5')!)).toBe(false);
  });

  it('lets no node pass for a name', () => {
    const tree = new NameTree(['a', 'b']);
    const [a, b] = ['a', 'b'].map((name) => Buffer.from(new NameTree([name]).root, 'base64'));
    const inner = Buffer.concat([Buffer.of(1), ...[a!, b!].sort(Buffer.compare)]).toString('latin1');
    expect(isProven(tree.root, inner, '')).toBe(false);
    expect(isProven(tree.root, inner.slice(1), '')).toBe(false);
  });

  it('has a root for nobody, which proves nothing', () => {
    expect([isProven(new NameTree([]).root, 'a', ''), new NameTree([]).proofOf('a')]).toEqual([false, undefined]);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { harmless } from './print.js';

describe('harmless', () => {
  it.each([
    ['a clipboard write', '\u001b]52;c;cm0gLXJm\u0007', '\\x1b]52;c;cm0gLXJm\\x07'],
    ['a window title', '\u001b]0;root@prod\u0007', '\\x1b]0;root@prod\\x07'],
    ['an 8-bit control sequence', '\u009b2J', '\\x9b2J'],
    ['a line that overwrites itself', 'failed\rok', 'failed\\x0dok'],
  ])('shows %s instead of sending it', (_name, text, shown) => {
    expect(harmless(text)).toBe(shown);
  });

  it('leaves every other text as it is, and no control character but new line and tab', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
      const shown = harmless(text);
      expect(/[^\P{Cc}\n\t]/u.test(shown)).toBe(false);
      if (!/\p{Cc}/u.test(text)) expect(shown).toBe(text);
    }));
  });
});

import { arg, sh, type Text } from './text.js';

/** Goes on only where the test does not hold; else says why on standard error. */
export function unless(test: Text, sentence: string): Text {
  return sh`if ${test}; then echo ${arg(sentence)} >&2; false; fi`;
}

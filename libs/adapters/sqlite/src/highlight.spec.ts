import { expect, it } from '@jest/globals';
import { highlight, wordsOf } from './highlight.js';

it('sees words as the index does: without case, marks and punctuation', () => {
  expect(wordsOf('Überlauf: app-42.tar.gz, app!')).toEqual(['uberlauf', 'app', '42', 'tar', 'gz']);
});

it('marks whole words only, and nothing where none was found', () => {
  expect(highlight('Errors: error, ERROR; terror', ['error'])).toBe('Errors: \u{E000}error\u{E001}, \u{E000}ERROR\u{E001}; terror');
  expect(highlight('nothing here', ['error'])).toBeUndefined();
});
